// 公告名单: a list is uploaded, its piles are shown, what it proposes is done by a button alone.
#include <atomic>
#include <thread>

#include "tests/server/posts_fixture.h"

namespace tanmiao::server::official_page_test {
namespace {

class OfficialPage : public Posts {
 protected:
  OfficialPage() {
    config_.lists = root_ / "base";
    config_.take_up = [this](const pool::OfficialProgram& program) -> Result<pool::TakenUp> {
      asked_ = program.source;
      if (night_) return Error{Errc::kLocked, "a night is running", ""};
      return pool::TakenUp::kRead;
    };
  }
  Response list(const std::string& name, const std::string& bytes, const std::string& program = "tech_sme",
                const std::string& force = "") const {
    Request request;
    request.method = "POST";
    request.path = "/official";
    request.headers["content-type"] = "multipart/form-data; boundary=----b0undary";
    const auto part = [&](const std::string& head, const std::string& data) {
      request.body += "------b0undary\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + data + "\r\n";
    };
    part("name=\"form\"", "list");
    part("name=\"token\"", desk_.token());
    part("name=\"by\"", "高新区科技局");
    part("name=\"program\"", program);
    part("name=\"force\"", force);
    part("name=\"sheet\"; filename=\"" + name + "\"\r\nContent-Type: application/octet-stream", bytes);
    request.body += "------b0undary--\r\n";
    return handle(*site_, request);
  }
  std::string asked_;
  bool night_ = false;
};

const std::string kList =
    "企业名称,所属县区,入库登记编号\n滨州甲铝业科技有限公司,滨城区,2026371602A1\n查无此名有限公司,,2026371602A2\n";

TEST_F(OfficialPage, ShowsPilesAndTheWorkbookAndTheListInTheInbox) {
  EXPECT_TRUE(holds(get("/official"), "收件目录里还没有公告名单"));
  const Response sent = list("第1批.csv", kList);
  ASSERT_EQ(sent.status, 303) << sent.body;
  EXPECT_EQ(asked_, "tech-sme-lists");
  const Response page = get(location(sent));
  for (const char* part : {"核对结果：第1批", "<strong>1</strong>已找到", "<strong>1</strong>未找到",
                           "候选名单和目标进度已更新", "科技型中小企业_第1批", "查无此名有限公司"})
    EXPECT_TRUE(holds(page, part)) << part;
  EXPECT_FALSE(holds(page, "把勾选的列为已达成")) << "nobody of the pool is on it";
  const Response file = get("/official/piles/" + url_encode("核对_科技型中小企业_第1批.xlsx"));
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body.substr(0, 2), "PK");
  EXPECT_EQ(get("/official/piles/" + url_encode("../people.db")).status, 404);
  // The workbook of the piles comes back by the same form and is the same list.
  EXPECT_TRUE(holds(get(location(list("核对.xlsx", file.body))), "核对结果：第1批"));
}

TEST_F(OfficialPage, WhatItProposesIsDoneByAButtonAndOnce) {
  admit();
  const std::string result = location(list("第1批.csv", kList));
  const Response page = get(result);
  EXPECT_TRUE(holds(page, "把勾选的列为已达成"));
  EXPECT_EQ(entries().front().stage, "ADMITTED");
  EXPECT_EQ(send(result, {{"form", "achieve"}}).status, 400) << "nothing was ticked";
  const Fields ticked{{"form", "achieve"}, {"entry", std::string(kFirst) + "@tech_sme"}};
  const Response done = send(result, ticked);
  ASSERT_EQ(done.status, 303) << done.body;
  EXPECT_TRUE(holds(get(location(done)), "1 家已列为“已达成”"));
  EXPECT_EQ(entries().front().stage, "ACHIEVED");
  EXPECT_EQ(entries().front().cells.at("registration_no"), "2026371602A1");
  EXPECT_EQ(entries().front().by, "高新区科技局");
  EXPECT_FALSE(holds(get(result), "把勾选的列为已达成"));
  EXPECT_EQ(send(result, ticked).status, 409) << "twice is once";
}

TEST_F(OfficialPage, ARenewalIsDoneByTheSameButton) {
  admit();
  const Fields ticked{{"form", "achieve"}, {"entry", std::string(kFirst) + "@tech_sme"}};
  ASSERT_EQ(send(location(list("第1批.csv", kList)), ticked).status, 303);
  const std::string result =
      location(list("明年.csv", "企业名称,所属县区,入库登记编号\n滨州甲铝业科技有限公司,滨城区,2027371602A9\n"));
  EXPECT_TRUE(holds(get(result), "更新编号（续评）"));
  EXPECT_TRUE(holds(get(location(send(result, ticked))), "1 家已更新编号（续评）。"));
  EXPECT_EQ(entries().front().stage, "ACHIEVED");
  EXPECT_EQ(entries().front().cells.at("registration_no"), "2027371602A9");
}

TEST_F(OfficialPage, UploadsOfOneNameAtATimeAreAllKept) {
  constexpr int kUploads = 8, kRows = 40;
  std::vector<std::thread> all;
  std::atomic<int> taken = 0;
  all.reserve(kUploads);
  for (int i = 0; i < kUploads; ++i)
    all.emplace_back([&, i] {
      std::string rows = "企业名称,入库登记编号\n";
      for (int n = 0; n < kRows; ++n)
        rows += "第" + std::to_string(i * kRows + n) + "家有限公司,2026371602B" + std::to_string(1000 + i * kRows + n) +
                "\n";
      taken += list("第1批.csv", rows).status == 303;
    });
  for (std::thread& one : all) one.join();
  EXPECT_EQ(taken, kUploads);
  const auto kept = pool::kept_lists(site_->pool_rules(), config_.lists);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept.front().rows, kUploads * kRows);
}

TEST_F(OfficialPage, ALockedStoreIsSaidAndAWrongListIsRefused) {
  night_ = true;
  EXPECT_TRUE(holds(get(location(list("第1批.csv", kList))), "夜间任务正在运行：名单已存入收件目录"));
  const std::string hnte = "企业名称,证书编号\n滨州甲铝业科技有限公司,GR202637000001\n";
  const Response refused = list("名单.csv", hnte);
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(holds(refused, "请把资质类别改为“高新技术企业”"));
  EXPECT_EQ(list("名单.csv", hnte, "tech_sme", "附件栏名写错").status, 303);
  EXPECT_EQ(list("名单.csv", "项目,金额\n一,2\n").status, 400);
  EXPECT_EQ(list("名单.csv", kList, "nonsense").status, 400);
}

}  // namespace
}  // namespace tanmiao::server::official_page_test
