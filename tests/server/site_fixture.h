// A data folder with a few invented firms, indexed and mined, and the site over it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "server/handler.h"
#include "tabular/reference_reader.h"

namespace tanmiao::server {

inline constexpr std::string_view kNameOnly = "name:滨州第60科技有限公司@371602";  // the last firm: 65
inline constexpr std::string_view kEvilName = "<script>alert(1)</script>\"'&科技有限公司";

inline bool holds(const Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++n;
  return n;
}

class SiteTest : public ::testing::Test {
 protected:
  SiteTest() {
    static int counter = 0;
    root_ = std::filesystem::path(testing::TempDir()) /
            ("server_" + std::to_string(::getpid()) + "_" + std::to_string(++counter));
    std::filesystem::remove_all(root_);
    auto reference = std::make_shared<Reference>();
    reference->regions = RegionTable::build(
        371600,
        {{370000, "山东省", 0, 1},
         {371600, "滨州市", 370000, 2},
         {371602, "滨城区", 371600, 3},
         {371625, "博兴县", 371600, 3}},
        {}, {{"bincheng", "滨城区", 371602, "", false}, {"boxing", "博兴县", 371625, "", false}}, {});
    static const auto kShipped = tabular::load_reference("config/reference", 371600).value();
    reference->programs = kShipped->programs;
    reference->ipc_titles = kShipped->ipc_titles;
    reference_ = reference;
    rules_ = miner::Rules::load("config").value();
    config_.pool_rules = pool::PoolRules::load("config/pool", *reference).value();
    config_.clock = [] { return Instant(make_date(2026, 11, 26)) + std::chrono::hours(2); };  // 10 in Beijing
    publish();
    worlds_ =
        std::make_unique<Worlds>(store::Store::open(root_, store::Access::kRead, "test").value(), reference_, rules_);
    site_ = std::make_unique<Site>(Site{*worlds_, config_, desk_});
  }
  ~SiteTest() override {
    site_.reset(), worlds_.reset();
    std::filesystem::remove_all(root_);
  }

  Response get(const std::string& target) const {
    Request request;
    request.method = "GET";
    EXPECT_TRUE(parse_target(target, request)) << target;
    return whole(handle(*site_, request));
  }
  // What is made while it is sent, as its receiver has it.
  static Response whole(Response response) {
    if (!response.pieces) return response;
    for (std::string piece = response.pieces(); !piece.empty(); piece = response.pieces()) response.body += piece;
    EXPECT_EQ(response.pieces_bytes.value_or(response.body.size()), response.body.size());
    response.pieces = nullptr;
    return response;
  }
  using Fields = std::vector<std::pair<std::string, std::string>>;
  // A form as a browser sends it. The token and 经办 are added unless they are given.
  Response send(const std::string& target, Fields fields) const {
    const auto has = [&](std::string_view name) {
      return std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
    };
    if (!has("token")) fields.emplace_back("token", desk_.token());
    if (!has("by")) fields.emplace_back("by", "高新区科技局");
    Request request;
    request.method = "POST";
    EXPECT_TRUE(parse_target(target, request)) << target;
    request.headers["content-type"] = "application/x-www-form-urlencoded";
    for (const auto& [name, value] : fields)
      request.body += (request.body.empty() ? "" : "&") + url_encode(name) + "=" + url_encode(value);
    return handle(*site_, request);
  }
  Response upload(const std::string& name, const std::string& bytes) const {
    Request request;
    request.method = "POST";
    request.path = "/import";
    request.headers["content-type"] = "multipart/form-data; boundary=----b0undary";
    const auto part = [&](const std::string& head, const std::string& data) {
      request.body += "------b0undary\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + data + "\r\n";
    };
    part("name=\"token\"", desk_.token());
    part("name=\"by\"", "高新区科技局");
    part("name=\"sheet\"; filename=\"" + name + "\"\r\nContent-Type: application/octet-stream", bytes);
    request.body += "------b0undary--\r\n";
    return handle(*site_, request);
  }
  static std::string location(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  template <class F>
  auto people(F&& f) const {
    return worlds_->with_store([&](store::Store& store) { return f(store.people()); });
  }
  boost::json::object api_get(const std::string& target) const {
    const Response response = get(target);
    EXPECT_EQ(response.type, "application/json; charset=utf-8");
    return boost::json::parse(response.body).as_object();
  }
  void suppress(std::string_view code_or_identity) const {
    worlds_->with_store([&](store::Store& store) {
      EXPECT_TRUE(store.people().suppress(code_or_identity, "企业要求", "test", Instant{}));
      return 0;
    });
  }
  void write_report(const std::string& name, const std::string& json) const {
    std::filesystem::create_directories(root_ / "reports");
    std::ofstream(root_ / "reports" / (name + ".json")) << json;
  }

  std::filesystem::path root_;
  std::shared_ptr<const Reference> reference_;
  std::shared_ptr<const miner::Rules> rules_;
  ServeConfig config_{};
  Desk desk_;
  std::unique_ptr<Worlds> worlds_;
  std::unique_ptr<Site> site_;

 private:
  struct TestFirm {
    std::string name, code;
    std::uint16_t unit;
    int year, patents;
    std::uint32_t more_flags = 0;
  };

  void publish() {
    auto store = store::Store::open(root_, store::Access::kWrite, "test").value();
    std::filesystem::create_directories(root_ / "columns");
    store::SnapshotTables<store::Build> t;
    add(t, {"", "", 0, 2015, 0});
    add(t, {"滨州甲铝业科技有限公司", "91371600MA3WPBLW37", 1, 2015, 3});
    add(t, {"滨州乙新材料有限公司", "91371625MA3WPBLW48", 2, 2016, 1});
    add(t, {std::string(kEvilName), "91371625MA3WPBLW59", 2, 2017, 0});
    add(t, {"滨州丁智能装备有限公司", "91371600MA3WPBLW6X", 1, 2026, 0});
    add(t, {"滨州戊保密有限公司", "91371600MA3WPBLW7A", 1, 2012, 2, store::kFirmSuppressed});
    for (int i = 0; i < 60; ++i)
      add(t, {"滨州第" + std::to_string(i + 1) + "科技有限公司",
              i == 59 ? "" : "9137160000000" + std::to_string(10000 + i), 1, 2014, 0});
    const auto end = [](const auto& column) { return static_cast<std::uint32_t>(column.size()); };
    t.first_ownership.push_back(end(t.ownerships.patent)), t.first_recognition.push_back(end(t.recognitions.program));
    t.first_signal.push_back(end(t.signals.type));
    t.patents.first_event.push_back(0), t.patents.first_inventor.push_back(0);
    crawl_patents(*store, t.patents.title.size());
    store::SnapshotInfo info;
    info.civil_date = make_date(2026, 11, 25);
    const auto written = store::write_snapshot(store->folder().columns("s1"), t, info);
    ASSERT_TRUE(written) << written.error().text();
    const auto snapshot = store::Snapshot::open(store->folder().columns("s1")).value();
    const auto index = indexer::build_index(store->folder(), *snapshot, {1}, *reference_, silent_progress()).value();
    miner::MineConfig config;
    config.as_of = make_date(2026, 11, 25);
    config.threads = 1;
    const auto mined =
        miner::mine(store->folder(), *snapshot, *rules_, *reference_, config, nullptr, silent_progress());
    ASSERT_TRUE(mined) << mined.error().text();
    store::RunEntry entry = mined->run;
    entry.snapshot = "s1";
    ASSERT_TRUE(store->facts().add_run(entry));
    const auto night = store->facts().begin_night(make_date(2026, 11, 25), Instant{}).value();
    const auto batch = store->facts().open_batch(night, store::Stage::kLink, "").value();
    store::Facts::LinkUpdate update;
    update.generation = "s1";
    for (store::FirmNo n = 1; n <= snapshot->last_firm(); ++n) {
      const std::string code(snapshot->firms.code[n]);
      update.new_firms.push_back({n, code.empty() ? std::string(kNameOnly) : "code:" + code, store::kNoFirm});
    }
    ASSERT_TRUE(store->facts().publish_links(batch.id, update));
    ASSERT_TRUE(store->facts().set_live({"s1", index.generation, {{"all", entry.id}}}));
  }

  // The records that the keys of the patents lead to: lines of a file, from the eleventh on.
  static void crawl_patents(store::Store& store, std::size_t count) {
    const Date day = make_date(2026, 11, 20);
    const auto night = store.facts().begin_night(day, Instant(day)).value();
    const auto batch = store.facts().open_batch(night, store::Stage::kCrawl, "registry").value();
    store::CrawlGroup group;
    for (std::size_t i = 0; i < count; ++i) {
      Record record;
      record.kind = RecordKind::kPatent, record.source = "registry", record.key = "P" + std::to_string(i);
      record.set(Field::kTitle, "一种铝材");
      record.public_date = day, record.origin = {0, "week.xml", static_cast<std::uint32_t>(11 + i)};
      group.records.push_back(std::move(record));
    }
    group.parts = {{"week.xml", 1, 1, "", ""}};
    ASSERT_TRUE(store.facts().commit(batch.id, group));
    ASSERT_TRUE(store.facts().publish_crawl(batch.id, store::Completeness::kComplete));
    ASSERT_TRUE(store.facts().finish_night(night.id));
  }

  static void add(store::SnapshotTables<store::Build>& t, const TestFirm& firm) {
    const auto end = [](const auto& column) { return static_cast<std::uint32_t>(column.size()); };
    t.first_ownership.push_back(end(t.ownerships.patent)), t.first_recognition.push_back(end(t.recognitions.program));
    t.first_signal.push_back(end(t.signals.type));
    const auto pad = [](std::size_t rows) {
      return [rows](std::string_view, auto& column) {
        if (column.size() < rows) column.push_back({});
      };
    };
    auto& f = t.firms;
    f.name.push_back(firm.name), f.code.push_back(firm.code), f.unit.push_back(firm.unit);
    f.status.push_back(static_cast<std::uint8_t>(FirmStatus::kActive));
    f.established.push_back(to_day(make_date(firm.year, 3, 1))), f.dissolved.push_back(kNoDay);
    f.seen.push_back(to_day(make_date(2026, 11, 20)));
    f.capital.push_back(-1), f.insured_staff.push_back(-1), f.stated.push_back(kNoDay), f.prefecture.push_back(371600);
    f.flags.push_back(store::kFirmInScope | (firm.code.empty() ? store::kFirmNameOnly : store::kFirmHasCode) |
                      firm.more_flags);
    f.lineage.push_back(
        R"({"*":{"source":"registry","key":"k","url":"list.csv","line":7,"seen":"2026-11-20"},"address":{"source":"other","key":"k","url":"https://other.example/1","line":1,"seen":"2026-11-21"}})");
    f.address.push_back("工业路1号"), f.scope.push_back("铝材研发、生产");
    f.each(pad(f.name.size()));
    for (int i = 0; i < firm.patents; ++i) {
      auto& p = t.patents;
      p.application_no.push_back("20202" + std::to_string(10000000 + t.patents.title.size()));
      p.source.push_back("registry"), p.key.push_back("P" + std::to_string(p.title.size()));
      p.title.push_back("一种铝材<模具>" + std::to_string(i)), p.ipc.push_back("C22C21/00");
      p.kind.push_back(static_cast<std::uint8_t>(PatentKind::kUtility)), p.granted_by_kind.push_back(1);
      for (auto* day : {&p.filing, &p.published, &p.granted, &p.public_date})
        day->push_back(to_day(make_date(2020, 5, 1)));
      p.each(pad(p.title.size()));
      auto& o = t.ownerships;
      o.patent.push_back(end(p.title) - 1), o.from.push_back(to_day(make_date(2020, 5, 1))), o.to.push_back(kNoDay);
      o.position.push_back(1);
      o.each(pad(o.patent.size()));
    }
  }
};

}  // namespace tanmiao::server
