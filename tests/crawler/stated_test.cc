#include "crawler/stated.h"

#include <gtest/gtest.h>

namespace tanmiao::crawler::stated_test {
namespace {

std::string day_in(std::string_view name) {
  const auto date = date_in_file_name(name);
  return date ? iso(*date) : "";
}

TEST(Stated, TheFirstWholeDateOfAFilesNameCounts) {
  EXPECT_EQ(day_in("企业名录20240331.csv"), "2024-03-31");
  EXPECT_EQ(day_in("2024-03-31 企业名录.xlsx"), "2024-03-31");
  EXPECT_EQ(day_in("滨州市_2024.3.1.csv.gz"), "2024-03-01");
  EXPECT_EQ(day_in("名录(2024年3月31日).csv"), "2024-03-31");
  EXPECT_EQ(day_in("2023/registry_2024_03_31.csv"), "2024-03-31");
  EXPECT_EQ(day_in("20240231_20240229.csv"), "2024-02-29");
}

TEST(Stated, AMonthAloneIsItsLastDay) {
  EXPECT_EQ(day_in("registry-2024-02.csv"), "2024-02-29");
  EXPECT_EQ(day_in("202312.csv"), "2023-12-31");
  EXPECT_EQ(day_in("2024年3月名录.csv"), "2024-03-31");
  EXPECT_EQ(day_in("2024年 20240105.csv"), "2024-01-05");
}

TEST(Stated, WhatIsNoDateIsNone) {
  for (const char* name : {"registry.csv", "2024.csv", "2024年度.csv", "120240331.csv", "202403311.csv", "202413.csv",
                           "18990101.csv", "20240331/registry.csv", ""})
    EXPECT_EQ(day_in(name), "") << name;
}

}  // namespace
}  // namespace tanmiao::crawler::stated_test
