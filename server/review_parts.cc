#include "server/review_parts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "store/suppression.h"

namespace tanmiao::server {
namespace {

constexpr double kLongestBar = 12;  // bits; what is more is drawn as long

std::string with_digits(double value, int digits) {
  std::array<char, 64> text{};
  const auto [end, failed] =
      std::to_chars(text.data(), text.data() + text.size(), value == 0 ? 0.0 : value, std::chars_format::fixed, digits);
  return failed == std::errc() ? std::string(text.data(), end) : std::string();
}

std::string signed_bits(double bits) { return (bits > 0 ? "+" : "") + with_digits(bits, 1); }

Html bits_bar(double bits) {
  const int length = static_cast<int>(std::lround(std::min(std::abs(bits), kLongestBar) / kLongestBar * 50));
  Html out;
  out << "<svg class=\"bits\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"";
  if (bits < 0)
    out << "bar-against\" x=\"" << 50 - length;
  else
    out << "bar-for\" x=\"50";
  out << "\" width=\"" << length
      << "\" height=\"10\"/><rect class=\"bar-zero\" x=\"49.6\" width=\"0.8\" "
         "height=\"10\"/></svg>";
  return out;
}

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

// Which characters of `a` are in a longest common subsequence with `b`.
std::vector<bool> in_common(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  std::vector<std::vector<std::uint16_t>> longest(a.size() + 1, std::vector<std::uint16_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      longest[i][j] = a[i] == b[j] ? static_cast<std::uint16_t>(longest[i + 1][j + 1] + 1)
                                   : std::max(longest[i + 1][j], longest[i][j + 1]);
  std::vector<bool> in(a.size());
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j])
      in[i++] = true, ++j;
    else
      longest[i + 1][j] >= longest[i][j + 1] ? ++i : ++j;
  }
  return in;
}

}  // namespace

// Nothing is certain: 100% is not written for what is merely near it.
std::string percent(double probability) {
  if (probability >= 0.9995) return ">99.9%";
  return probability >= 0.99 ? with_digits(100 * probability, 1) + "%"
                             : std::to_string(std::lround(100 * probability)) + "%";
}

std::string worth(std::int64_t thousandths) {
  return thousandths <= 0 ? "—" : with_digits(static_cast<double>(thousandths) / 1000, 1);
}

Html ruling_badge(store::Ruling ruling) {
  Html out;
  out << "<span class=\"badge ruling-" << store::ruling_name(ruling) << "\">" << pool::label(ruling) << "</span>";
  return out;
}

std::string lost_firm(std::string_view identity) {
  if (!store::names_identity(identity))
    return std::string(identity.substr(identity.find(':') + 1)) + "（已不在登记数据中）";
  const auto begin = identity.find(':') + 1;
  return std::string(identity.substr(begin, identity.rfind('@') - begin)) + "（已不在登记数据中）";
}

std::vector<std::pair<std::string, std::string>> undo_fields(const store::IdentityDecision& d, std::string_view then) {
  return {{"source", d.source},
          {"kind", std::string(kind_name(d.kind))},
          {"key", d.key},
          {"slot", std::to_string(d.slot)},
          {"name", d.name},
          {"firm", d.firm_identity},
          {"at", iso(d.decided_at)},
          {"then", std::string(then)}};
}

Html undo_form(const FormWriter& writer, const store::IdentityDecision& d) {
  const FormPart form = writer.form("undo " + d.source + " " + std::string(kind_name(d.kind)) + " " + d.key + " " +
                                    d.name + " " + d.firm_identity);
  Html out;
  out << "<details class=\"step screen-only\"" << std::string_view(form.refused() ? " open" : "")
      << "><summary>撤销</summary>" << form.open("/review/decisions");
  for (const auto& [field, value] : undo_fields(d, "")) out << form.hidden(field, value);
  out << "<div class=\"fields\">" << form.input({"reason", "原因", "text", "", "如：后来核实不是", true, true})
      << "</div>" << form.close("撤销", "quiet") << "</details>";
  return out;
}

Html marked_name(std::string_view name, std::string_view other) {
  constexpr std::size_t kLongestMarked = 200;
  Html out;
  const auto own = characters_of(name), with = characters_of(other);
  if (other.empty() || own.size() > kLongestMarked || with.size() > kLongestMarked) {
    out << name;
    return out;
  }
  const auto same = in_common(own, with);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!same[i] && (i == 0 || same[i - 1])) out << "<mark>";
    out << own[i];
    if (!same[i] && (i + 1 == own.size() || same[i + 1])) out << "</mark>";
  }
  return out;
}

Html factor_table(const pool::QueueCandidate& candidate) {
  Html out;
  out << "<table class=\"factors\"><thead><tr><th scope=\"col\">比较的内容</th><th scope=\"col\">所见</th><th "
         "scope=\"col\" "
         "class=\"num\">比特</th><th scope=\"col\" class=\"bar\">不支持 ◂ ▸ 支持</th></tr></thead><tbody>";
  double sum = 0;
  for (const pool::QueueFactor& factor : candidate.factors) {
    sum += factor.bits;
    out << "<tr><td>" << factor.label << "</td><td>" << factor.text << "</td><td class=\"num "
        << std::string_view(factor.bits < 0 ? "minus" : "plus") << "\">" << signed_bits(factor.bits)
        << "</td><td class=\"bar\">" << bits_bar(factor.bits) << "</td></tr>";
  }
  out << "<tr class=\"sum\"><td>合计</td><td>"
      << (candidate.probability < 0 ? std::string() : "概率 " + percent(candidate.probability))
      << "</td><td class=\"num\">" << signed_bits(sum) << "</td><td class=\"bar\">" << bits_bar(sum)
      << "</td></tr></tbody></table>";
  return out;
}

}  // namespace tanmiao::server
