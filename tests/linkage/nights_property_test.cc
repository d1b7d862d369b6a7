// Random nights with everything that an answer may rest on: classes and scopes, partners, who stands beside, former
// names with days, heirs, firms that go, rulings. The link that remembers must end where the one that forgot does.
#include <random>
#include <set>

#include "linkage/match/model.h"
#include "tabular/reference_reader.h"
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::nights_property_test {
namespace {

using Words = std::vector<std::string>;

class Nights : public Linkage, public ::testing::WithParamInterface<unsigned> {
 protected:
  static constexpr int kFirms = 70, kPatents = 120;

  Nights() : chance_(GetParam()) {
    reference_ = *tabular::load_reference("config/reference", 371600).value();
    config_.link_from = {{RecordKind::kPatent, 0.6}, {RecordKind::kPatentEvent, 0.6}, {RecordKind::kRecognition, 0.7}};
    config_.habits_from = 0;  // so few names have none; they are linked all the same
    model_ = std::make_shared<const MatchModel>(*load_match_model("config/linkage/weights.csv"));
  }

  int below(int n) { return static_cast<int>(chance_() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  const std::string& any(const Words& words) {
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }

  std::string name(bool short_too) {
    static const Words places{"山东", "滨州", "滨州市"},
        trades{"渤海", "黄河", "京博", "愉悦", "东方", "华创",   "龙马",
               "三元", "金盾", "泰华", "泰化", "华泰", "东方红", "新黄河"},
        works{"机械", "化工", "食品", "纺织", "铝业科技"},
        forms{"有限公司", "股份有限公司", "集团有限公司", "有限责任公司"};
    const std::string place = short_too && one_in(4) ? "" : any(places),
                      form = short_too && one_in(5) ? "" : any(forms);
    return place + any(trades) + any(works) + form;
  }

  Record a_firm(int number) {
    static const Words counties{"滨城区", "博兴县", ""}, founded{"2001-05-06", "2010-12-06", "2012-09-09"},
        scopes{"毛巾、床上用品的制造", "铝合金制品的生产", "食品加工"};
    Record out = firm("f" + std::to_string(number), name(false), one_in(7) ? "" : code(number), any(counties));
    if (!one_in(3)) out.fields.push_back({Field::kScope, any(scopes)});
    if (!one_in(4)) out.fields.push_back({Field::kEstablished, any(founded)});
    if (one_in(8)) {
      out.fields.push_back({Field::kDissolved, "2011-06-06"});
      out.fields.push_back({Field::kSuccessorCode, code(below(kFirms))});
    }
    if (one_in(6)) {
      out.fields.push_back({Field::kFormerName, name(false)});
      out.fields.push_back({Field::kFormerUntil, "2010-01-01"});
    }
    canonicalise(out);
    return out;
  }

  Record a_patent(int number) {
    static const Words classes{"D03D15/00", "C22C21/00", "A23L1/00"}, partners{"滨州学院", "山东大学"},
        places{"山东省滨州市滨城区某路", "山东省滨州市博兴县某路"};
    Words applicants{name(true)};
    if (one_in(3)) applicants.push_back(name(true));
    if (one_in(3)) applicants.push_back(any(partners));
    Record out = patent("2011101" + std::to_string(10000 + number) + ".2", applicants);
    if (!one_in(3)) out.fields.push_back({Field::kIpc, any(classes)});
    if (one_in(4)) out.fields.push_back({Field::kApplicantAddress, any(places)});
    canonicalise(out);
    return out;
  }

  // Some firms and patents that are new or say something else.
  std::vector<Record> changes() {
    std::vector<Record> out;
    std::set<int> firms, patents;
    for (int n = below(4); n > 0; --n) firms.insert(below(kFirms + 4));
    for (int n = below(5); n > 0; --n) patents.insert(below(kPatents + 20));
    for (const int number : firms) out.push_back(a_firm(number));
    for (const int number : patents) out.push_back(a_patent(number));
    return out;
  }

  void rule_on_one() {
    const auto items = store_->facts().reviews(0, 1000).value();
    if (items.empty()) return;
    const auto& item = items[static_cast<std::size_t>(below(static_cast<int>(items.size())))];
    if (item.candidates.empty()) return;
    for (const auto& entry : store_->facts().firm_register().value())
      if (entry.no == item.candidates.front())
        judge(item.kind, one_in(2) ? item.key : "", item.name, item.slot, entry.identity, one_in(2));
  }

  void forget() {
    store_->facts().set_note("link.inputs", "").value();
    store_->facts().set_note("link.names", "").value();
  }

  // The snapshot's digest and all that waits for people.
  std::string state() {
    std::string out = snapshot_->info().digest;
    for (const auto& item : store_->facts().reviews(0, 100000).value()) {
      out +=
          '\n' + std::string(kind_name(item.kind)) + ' ' + item.key + ' ' + std::to_string(item.slot) + ' ' + item.name;
      out += ' ' + std::to_string(item.linked) + ' ' + std::to_string(item.value) + ' ' + item.why + ' ' + item.detail;
    }
    return out;
  }

  std::mt19937 chance_;
};

TEST_P(Nights, EndWhereALinkFromNothingDoes) {
  std::vector<Record> first;
  for (int n = 0; n < kFirms; ++n) first.push_back(a_firm(n));
  for (int n = 0; n < kPatents; ++n) first.push_back(a_patent(n));
  night(first);
  std::uint64_t kept = 0;
  for (int n = 0; n < 8; ++n) {
    auto records = changes();
    if (one_in(4)) rule_on_one();
    const LinkReport report = night(std::move(records), one_in(2) ? 1 : 4);
    kept += report.names.questions - report.names.asked;
    const std::string remembered = state();
    forget();
    night({});
    ASSERT_EQ(remembered, state()) << "night " << n;
  }
  EXPECT_GT(kept, 0u) << "nothing was remembered, so nothing was shown";
}

INSTANTIATE_TEST_SUITE_P(Seeds, Nights, ::testing::Values(7u, 99u));

}  // namespace
}  // namespace tanmiao::linkage::nights_property_test
