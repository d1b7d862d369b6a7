#include "linkage/match/anatomy.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

#include "core/text/normalize.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kLongestName = 120;  // characters of a name that are compared

std::uint64_t hash_of(std::string_view key) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : key) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  h ^= h >> 29;
  return h == 0 ? 1 : h;
}

// Has something to compare: "-" and "?" are what tables hold where a name is missing.
bool says_something(std::string_view key) {
  const auto points = text::code_points(key);
  return std::any_of(points.begin(), points.end(), [](char32_t c) {
    return text::is_han(c) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0xC0 && c != 0xFFFD && !(c >= 0x2000 && c < 0x3100) && !(c >= 0xFE00 && c < 0xFF00));
  });
}

bool is_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool has_han(std::string_view name) {
  const auto points = text::code_points(name);
  return std::any_of(points.begin(), points.end(), text::is_han);
}

FormKind form_kind(std::string_view form) {
  if (form.empty()) return FormKind::kNone;
  if (form.find("股份") != std::string_view::npos) return FormKind::kJointStock;
  if (form.find("有限") != std::string_view::npos) return FormKind::kLimited;
  if (form.find("公司") != std::string_view::npos) return FormKind::kCompany;
  return FormKind::kOther;
}

// Marks that exchanges put before and behind the short name of a share: *ST, 退, A.
std::string_view without_share_marks(std::string_view s) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view mark : {"S*ST", "*ST", "SST", "ST", "XD", "XR", "DR"})
      if (s.starts_with(mark) && s.size() > mark.size() && static_cast<unsigned char>(s[mark.size()]) >= 0x80)
        s.remove_prefix(mark.size()), again = true;
  }
  for (const std::string_view mark : {"-UW", "-U", "-W", "退", "A", "B"})
    if (s.ends_with(mark) && s.size() >= mark.size() + 6 &&
        static_cast<unsigned char>(s[s.size() - mark.size() - 1]) >= 0x80)
      return s.substr(0, s.size() - mark.size());
  return s;
}

// Of several places the widest, then the first, says where the firm is; the others are trade names that sound like one
// (TAIAN TAISHAN MACHINERY), as is the only one of a name without any other trade name. Beside a trade name a place
// within the first says it more exactly (SHANDONG BINZHOU SONGYUE).
void settle_region(Anatomy& name) {
  const auto width = [](std::uint32_t code) { return code % 10000 == 0 ? 0 : code % 100 == 0 ? 1 : 2; };
  LatinPart* place = nullptr;
  bool traded = false;
  for (LatinPart& word : name.words) {
    traded = traded || word.trade;
    if (word.kind != LatinWord::Kind::kRegion || word.trade) continue;
    if (place == nullptr || width(word.region) < width(place->region)) place = &word;
  }
  if (place == nullptr) return;
  const bool named = traded;  // by a word that is no place
  std::uint32_t inner = place->region;
  for (LatinPart& word : name.words) {
    if (word.trade || word.kind != LatinWord::Kind::kRegion || &word == place) continue;
    const bool inside = inner % 10000 == 0 ? word.region / 10000 == inner / 10000 : word.region / 100 == inner / 100;
    if (named && inside && width(word.region) > width(inner))
      inner = word.region;
    else if (word.region != inner || !named)
      word.trade = traded = true;
  }
  if (traded)
    name.region = inner;
  else
    place->trade = true;
}

}  // namespace

std::u16string to_utf16(std::string_view utf8) {
  std::u16string out;
  out.reserve(utf8.size() / 2);
  for (std::size_t i = 0; i < utf8.size();) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    const auto more = [&](std::size_t n) {
      return i + n < utf8.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(utf8[i + n]) & 0x3F) : 0U;
    };
    if (c < 0x80) {
      out.push_back(c), i += 1;
    } else if (c < 0xE0) {
      out.push_back(static_cast<char16_t>(((c & 0x1FU) << 6) | more(1))), i += 2;
    } else if (c < 0xF0) {
      out.push_back(static_cast<char16_t>(((c & 0x0FU) << 12) | (more(1) << 6) | more(2))), i += 3;
    } else {
      out.push_back(u'\uFFFD'), i += 4;
    }
  }
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out;
  for (const char16_t c : text) text::append_utf8(out, c);
  return out;
}

// Words of names in Latin letters, and regions by their pinyin.
struct Anatomist::Latin {
  struct Region {
    std::uint32_t code;
    std::size_t level;
  };
  std::unordered_map<std::string, const LatinWord*> words;
  std::unordered_map<std::string, std::uint32_t> regions;

  explicit Latin(const Reference& reference) {
    for (const LatinWord& word : reference.latin_words) {
      words.emplace(word.word, &word);
      if (word.kind == LatinWord::Kind::kRegion) regions.emplace(word.word, reference.region_code(word.chinese));
    }
    if (reference.han.empty()) return;
    for (const Division& division : reference.regions.divisions())
      if (division.level <= 3) add_region(reference, division.name, division.code);
    for (const auto& [code, name] : reference.name_regions)
      if (name.ends_with("市") || name.ends_with("县")) add_region(reference, name, code);
  }

  // 滨州市: binzhou. Of two of one sound the greater place stands: it came first.
  void add_region(const Reference& reference, std::string_view name, std::uint32_t code) {
    for (const std::string_view suffix : {"自治区", "自治州", "地区", "省", "市", "县", "区"}) {
      if (!name.ends_with(suffix) || name.size() < suffix.size() + 6) continue;
      name.remove_suffix(suffix.size());
      break;
    }
    std::string sounds;
    for (const char16_t c : to_utf16(name)) sounds += reference.han.pinyin(reference.han.sound(c));
    if (sounds.size() >= 4 && !words.contains(sounds)) regions.emplace(sounds, code);
  }
};

Anatomist::Anatomist(const Reference& reference) : reference_(reference), latin_(std::make_unique<Latin>(reference)) {}
Anatomist::~Anatomist() = default;

Anatomy Anatomist::take_apart(std::string_view name) const { return has_han(name) ? chinese(name) : in_latin(name); }

namespace {

// Where the name of a body without a form ends and a unit of it begins: 中国银行|博兴支行, 罗屯供销社|采购站. npos: it
// is none.
std::size_t body_end(std::string_view name) {
  constexpr std::string_view kBanks[] = {"支行",   "分行",   "营业部", "营业室", "营业厅",
                                         "营业所", "分理处", "储蓄所", "办事处"};
  constexpr std::string_view kShops[] = {"站", "部", "店", "商场", "超市", "处"};
  const auto unit_of = [&](std::string_view body, std::span<const std::string_view> endings) {
    const std::size_t at = name.find(body);
    if (at == std::string_view::npos || at == 0) return std::string_view::npos;
    const std::string_view unit = name.substr(at + body.size());
    const bool called = std::any_of(endings.begin(), endings.end(), [&](auto end) { return unit.ends_with(end); });
    return called && text::length(unit) >= 3 ? at + body.size() : std::string_view::npos;
  };
  const std::size_t bank = unit_of("银行", kBanks);
  return bank != std::string_view::npos ? bank : unit_of("供销社", kShops);
}

}  // namespace

Anatomy Anatomist::chinese(std::string_view name) const {
  constexpr std::string_view kGroup = "集团", kStock = "股份";
  FirmName parsed = parse_firm_name(name, reference_);
  if (parsed.form.empty() && !parsed.branch) {
    const std::string_view bare = without_share_marks(parsed.display);
    if (bare.size() != parsed.display.size()) parsed = parse_firm_name(std::string(bare), reference_);
  }
  Anatomy out;
  out.former = parsed.former_name;
  if (says_something(parsed.exact_key)) out.exact = hash_of(parsed.exact_key);
  out.region = reference_.region_code(parsed.region);
  // Of a branch: the form of its firm, and the unit behind it.
  std::string form = parsed.form;
  bool formed = parsed.form_class != FormClass::kNone;
  const std::string whole = text::fold(text::without_blanks(name), reference_.simplified);
  if (const std::size_t body = body_end(whole); body != std::string::npos && parsed.parent_name.empty()) {
    parsed = parse_firm_name(std::string_view(whole).substr(0, body), reference_);
    form = parsed.form;
    out.unit = to_utf16(std::string_view(whole).substr(body));
  } else if (!parsed.parent_name.empty()) {
    const FirmName parent = parse_firm_name(parsed.parent_name, reference_);
    form = parent.form;
    formed = formed || parent.form_class != FormClass::kNone;
    const std::string folded = text::fold(parsed.parent_name, reference_.simplified);
    if (const auto at = whole.find(folded); at != std::string::npos)
      out.unit = to_utf16(std::string_view(whole).substr(at + folded.size()));
    std::erase_if(out.unit, [](char16_t c) { return c == u'(' || c == u')'; });
  }
  // 中国银行股份有限公司|阳信支行 bears its form before the unit and is a whole name.
  out.full = formed && (!form.empty() || !parsed.form.empty());
  std::string industry = parsed.industry_word;
  bool group = form.starts_with(kGroup) || form.starts_with("(集团)");
  if (group) form.erase(0, form.starts_with(kGroup) ? kGroup.size() : std::string_view("(集团)").size());
  const std::string core = parsed.trade_name + industry;
  if (parsed.loose_key.size() > core.size() && parsed.loose_key.ends_with(kGroup)) group = true;
  std::string trade = parsed.trade_name;
  const auto cut_end = [&](std::string_view word) {
    std::string& last = industry.empty() ? trade : industry;
    if (!last.ends_with(word)) return false;
    if (&last == &trade && text::length(last) < text::length(word) + 2) return false;
    last.resize(last.size() - word.size());
    return true;
  };
  if (cut_end("(集团)") || cut_end(kGroup)) group = true;
  if (form.empty() && cut_end(kStock)) form = kStock;  // a short name that tells the form: 华瓷股份
  std::string region = parsed.region;
  // 安宁股份, 平潭发展: the place is the trade name of a short name that has no other.
  if (!region.empty() && industry.empty() && form.empty() && (trade == kStock || trade == "控股" || trade == "发展")) {
    (trade == kStock ? form : industry) = trade;
    trade = std::exchange(region, {});
    out.region = 0;
  }
  // 泰山集团: what sounds like a place is the trade name where there is no other.
  if (!region.empty() && industry.empty() && (trade.empty() || trade == kGroup)) {
    group = group || trade == kGroup;
    trade = std::exchange(region, {});
    out.region = 0;
  }
  out.form = form_kind(form);
  if (parsed.form_class == FormClass::kUniversity || parsed.form_class == FormClass::kHospital)
    out.form = FormKind::kPublicBody;
  else if (parsed.form_class == FormClass::kCooperative)
    out.form = FormKind::kCooperative;
  const std::array<std::string, kParts> parts{region, trade, industry, group ? std::string(kGroup) : "", form};
  for (std::size_t part = 0; part < kParts; ++part) {
    out.text += to_utf16(text::ascii_lower(parts[part]));
    std::erase_if(out.text, [](char16_t c) { return c == u'(' || c == u')' || c == u'·' || c == u'.'; });
    if (out.text.size() > kLongestName) out.text.resize(kLongestName);
    out.end[part] = static_cast<std::uint8_t>(out.text.size());
  }
  return out;
}

Anatomy Anatomist::in_latin(std::string_view name) const {
  Anatomy out;
  out.latin = true;
  const std::string key = exact_name_key(name, reference_);
  if (says_something(key)) out.exact = hash_of(key);
  std::vector<std::string> tokens;
  bool open = false;
  for (const char32_t c : text::code_points(text::nfkc(name))) {
    if (is_letter(c) || (c >= '0' && c <= '9')) {
      if (!open) tokens.emplace_back();
      tokens.back().push_back(static_cast<char>(is_letter(c) ? (c | 0x20) : c));
      open = true;
    } else if (c != '\'' && c != U'’') {  // xi'an is one word
      open = false;
    }
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    LatinPart part{tokens[i], LatinWord::Kind::kForm, false, 0, {}};
    // Regions of two words: HONG KONG.
    if (i + 1 < tokens.size()) {
      if (const auto two = latin_->regions.find(tokens[i] + tokens[i + 1]); two != latin_->regions.end()) {
        part.text += tokens[++i];
        part.kind = LatinWord::Kind::kRegion, part.region = two->second;
        out.words.push_back(std::move(part));
        continue;
      }
    }
    if (const auto region = latin_->regions.find(part.text); region != latin_->regions.end()) {
      part.kind = LatinWord::Kind::kRegion, part.region = region->second;
    } else if (const auto word = latin_->words.find(part.text); word != latin_->words.end()) {
      part.kind = word->second->kind;
      if (part.kind == LatinWord::Kind::kIndustry)
        part.text = word->second->canonical, part.chinese = word->second->chinese;
      if (part.kind == LatinWord::Kind::kForm) out.full = true, out.form = FormKind::kCompany;
    } else {
      part.trade = true;
    }
    out.words.push_back(std::move(part));
  }
  settle_region(out);
  return out;
}

}  // namespace tanmiao::linkage
