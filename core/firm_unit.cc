#include "core/firm_unit.h"

#include <algorithm>
#include <initializer_list>

#include "core/text/normalize.h"

namespace tanmiao {
namespace {

constexpr std::size_t kHanBytes = 3;  // bytes of a Han character in UTF-8

bool ends_with_any(std::string_view s, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [s](std::string_view ending) { return s.ends_with(ending); });
}

// What stands behind a firm's name is no unit of it: another firm or body beside it, one of its people, its union, who
// winds it up.
bool is_somebody_else(std::string_view rest) {
  for (const std::string_view joint : {"和", "与", "及", "暨", "、", "/", ";", ",", "&", "+"})
    if (rest.starts_with(joint)) return true;
  for (const std::string_view other : {"有限公司", "责任公司", "股份公司", "工会", "协会", "委员会", "管理人", "清算",
                                       "破产", "董事", "经理", "法定代表", "股东"})
    if (rest.find(other) != std::string_view::npos) return true;
  return ends_with_any(rest, {"学院", "大学"});
}

bool usual_unit(std::string_view rest) {
  return ends_with_any(rest, {"公司", "分厂", "分店", "分行", "支行", "办事处", "部", "处", "店", "站", "厂"});
}
// As places of business are called in the registers.
bool called_as_unit(std::string_view rest) {
  return ends_with_any(rest, {"局", "所", "厅", "心", "场", "点", "馆", "亭", "房", "市",   "队",  "园", "院",
                              "城", "社", "庄", "楼", "室", "厦", "段", "库", "汇", "行",   "家",  "区", "池",
                              "校", "村", "船", "地", "吧", "堂", "号", "苑", "坊", "组",   "港",  "间", "屋",
                              "科", "团", "线", "府", "圃", "埠", "头", "铺", "宫", "分公", "支公"});  // the last two:
                                                                                                       // cut off
}
bool enough_of_unit(std::string_view rest) {
  const auto chars = text::code_points(rest);
  return std::count_if(chars.begin(), chars.end(), text::is_han) >= 2 && rest.front() != '(';
}

// …合作社|一店, …合作社|农资超市: a cooperative's unit is called as a company's is, and bears its whole name. A union
// of cooperatives is none.
std::size_t cooperative_end(std::string_view name, const LegalForm* form) {
  constexpr std::string_view kCooperative = "合作社";
  if (form != nullptr && form->form_class == FormClass::kCooperative) return std::string_view::npos;
  const std::size_t at = name.find(kCooperative);
  if (at == std::string_view::npos || at < 2 * kHanBytes) return std::string_view::npos;
  const std::size_t end = at + kCooperative.size();
  std::string_view rest = name.substr(end);
  if (rest.starts_with('(') && rest.find(')') + 1 == rest.size()) rest = rest.substr(1, rest.size() - 2);
  if (rest.empty() || rest.starts_with("联") || is_somebody_else(rest) || !enough_of_unit(rest))
    return std::string_view::npos;
  return usual_unit(rest) || called_as_unit(rest) ? end : std::string_view::npos;
}

// Without the number at its end, 第 before it and 号 behind it: 第二, 3, 一号.
std::string_view without_number(std::string_view s) {
  constexpr std::string_view kNumerals = "一二三四五六七八九十", kNth = "第", kNo = "号";
  const std::string_view whole = s;
  if (s.ends_with(kNo)) s.remove_suffix(kNo.size());
  const std::size_t before = s.size();
  for (;;) {
    if (!s.empty() && s.back() >= '0' && s.back() <= '9')
      s.remove_suffix(1);
    else if (s.size() >= kHanBytes && kNumerals.find(s.substr(s.size() - kHanBytes)) != std::string_view::npos)
      s.remove_suffix(kHanBytes);
    else
      break;
  }
  if (s.size() == before) return whole;
  if (s.ends_with(kNth)) s.remove_suffix(kNth.size());
  return s;
}

// What stands in a bracket at the end stands there as well without it: …超市(二分店) is …超市二分店.
std::string without_last_bracket(std::string_view name) {
  const std::size_t open = name.rfind('(');
  if (open == std::string_view::npos || !name.ends_with(')')) return std::string(name);
  return std::string(name.substr(0, open)).append(name.substr(open + 1, name.size() - open - 2));
}

// …超市|第二分店, …商行|一店, …厂|门市部: a unit of a shop or a factory whose name ends in its form. Of 麻辣鸡八分店
// nobody can tell what the firm is called.
std::size_t shop_end(std::string_view bracketed, const Reference& reference) {
  const std::string flat = without_last_bracket(bracketed);
  const std::string_view name = flat;
  for (const std::string_view unit : {"分店", "门市部", "经销部", "销售部", "分厂", "店"}) {
    if (!name.ends_with(unit)) continue;
    const std::string_view before = name.substr(0, name.size() - unit.size()), firm = without_number(before);
    if (text::length(firm) < 4) return std::string_view::npos;
    if (unit == "店" && firm.size() == before.size()) return std::string_view::npos;  // a shop of its own
    const LegalForm* form = legal_form_of(firm, reference);
    const bool has_units =
        form != nullptr && (form->form_class == FormClass::kIndividual || form->form_class == FormClass::kFactory);
    const bool before_bracket = name.size() == bracketed.size() || firm.size() <= bracketed.rfind('(');
    return has_units && before_bracket ? firm.size() : std::string_view::npos;
  }
  return std::string_view::npos;
}

}  // namespace

const LegalForm* legal_form_of(std::string_view name, const Reference& reference) {
  for (const LegalForm& form : reference.legal_forms) {
    if (name.size() > form.suffix.size() && name.ends_with(form.suffix)) return &form;
  }
  return nullptr;
}

// A branch bears the whole name of its firm by law (企业名称登记管理规定, art. 13), so behind a legal form it may be
// called as places of business are in the registers: 支局, 营业厅, 大药房. Behind a bare 公司, which may be a trade
// name, the unit must be one of the usual. A mine of a group is registered on its own, files patents in its own name
// and stays a firm.
std::size_t parent_end(std::string_view name, const LegalForm* form, const Reference& reference) {
  constexpr std::string_view kCompany = "公司";
  const std::size_t at = name.find(kCompany);
  if (at == std::string_view::npos) {
    const std::size_t end = cooperative_end(name, form);
    return end != std::string_view::npos ? end : shop_end(name, reference);
  }
  if (at + kCompany.size() >= name.size()) return std::string_view::npos;
  const std::string_view firm = name.substr(0, at + kCompany.size()), rest = name.substr(firm.size());
  if (is_somebody_else(rest)) return std::string_view::npos;
  if (usual_unit(rest)) return firm.size();
  const auto brackets = std::count(firm.begin(), firm.end(), '(') - std::count(firm.begin(), firm.end(), ')');
  const bool whole = ends_with_any(firm, {"有限公司", "责任公司", "股份公司", "集团公司", "总公司"});
  return enough_of_unit(rest) && whole && called_as_unit(rest) && brackets == 0 ? firm.size() : std::string_view::npos;
}

}  // namespace tanmiao
