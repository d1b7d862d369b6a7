#include "crawler/stop_signs.h"

#include <strings.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "core/settings.h"
#include "crawler/fetcher.h"
#include "crawler/page_charset.h"
#include "crawler/patterns.h"
#include "crawler/scope.h"
#include "tabular/charset.h"

namespace tanmiao::crawler {
namespace {

constexpr std::int64_t kMostSignBytes = 1 << 20;
constexpr std::size_t kMostSeen = 4096;  // bytes of text: more is no page of this sort
constexpr std::size_t kLongestStorm = 1000;

std::vector<int> read_statuses(Settings& at) {
  std::vector<int> out;
  for (const auto& word : at.texts("status")) {
    const bool digits = word.size() == 3 && word.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) at.complain("status", "expected HTTP statuses such as [403, 412], found '" + word + "'");
    if (digits) out.push_back(std::stoi(word));
  }
  return out;
}

std::string read_re2(Settings& at, std::string_view key) {
  std::string text = at.text(key, "");
  if (const std::string fault = pattern_fault(text); !text.empty() && !fault.empty())
    at.complain(key, "is no regular expression (RE2): " + fault);
  return text;
}

StopSign read_sign(Settings at) {
  StopSign sign;
  sign.name = at.text("name");
  sign.text = at.text("text");
  sign.status = read_statuses(at);
  sign.header = read_re2(at, "header");
  sign.address = read_re2(at, "address");
  sign.title = read_re2(at, "title");
  sign.body = read_re2(at, "body");
  const std::string beside = at.word("beside", "nothing", {"nothing", "links", "rows"});
  sign.beside = beside == "rows" ? Gave::kRows : beside == "links" ? Gave::kLinks : Gave::kNothing;
  sign.most_bytes = static_cast<std::size_t>(at.integer("most_bytes", 65'536, 1, kMostSignBytes));
  sign.most_text = static_cast<std::size_t>(at.integer("most_text", 0, 0, kMostSeen));
  sign.in_a_row = static_cast<int>(at.integer("in_a_row", 1, 1, 1000));
  sign.rests_source = at.word("rests", "host", {"host", "source"}) == "source";
  const bool looks = !sign.header.empty() || !sign.address.empty() || !sign.title.empty() || !sign.body.empty();
  if (!looks && sign.status.empty())
    at.complain("name", "a sign needs one of status, header, address, title, body: this one would fit every answer");
  return sign;
}

Storm read_storm(Settings at) {
  Storm storm;
  storm.name = at.text("name");
  storm.text = at.text("text");
  storm.status = read_statuses(at);
  storm.of_last = static_cast<std::size_t>(at.integer("of_last", 10, 1, kLongestStorm));
  storm.most = static_cast<std::size_t>(at.integer("most", 5, 1, kLongestStorm));
  if (storm.status.empty()) at.complain("name", "a storm needs status, a list such as [403, 412]");
  if (storm.most > storm.of_last) at.complain("most", "is more than of_last: it would never come to that");
  return storm;
}

bool has(const std::vector<int>& statuses, int status) {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}
bool is_redirect_status(int status) { return status >= 300 && status < 400 && status != 304; }

bool finds(const std::string& what, std::string_view text) {
  return what.empty() || re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern(what));
}

// From `at` on, the first place of `word`, whatever its case; npos: none.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t at) {
  for (; at + word.size() <= text.size(); ++at) {
    at = text.find('<', at);
    if (at == std::string_view::npos || at + word.size() > text.size()) break;
    if (::strncasecmp(text.data() + at, word.data(), word.size()) == 0) return at;
  }
  return std::string_view::npos;
}

std::string_view title_of(std::string_view html) {
  const std::size_t tag = find_word(html, "<title", 0);
  if (tag == std::string_view::npos) return {};
  const std::size_t from = html.find('>', tag), to = find_word(html, "</title", tag);
  if (from == std::string_view::npos || to == std::string_view::npos || to < from) return {};
  return html.substr(from + 1, to - from - 1);
}

// The text of a small answer as UTF-8. What is no text in any charset stays as it is: a rule in ASCII may fit it still.
std::string text_of_answer(const AnswerSeen& answer) {
  std::string meta;
  static const re2::RE2 named(R"((?i)<meta[^>]*charset\s*=\s*["']?([\w-]+))", re2::RE2::Latin1);
  re2::RE2::PartialMatch(re2::StringPiece(answer.body.data(), std::min<std::size_t>(answer.body.size(), 2048)), named,
                         &meta);
  const auto is = page_charset(answer.body, "", charset_of(answer.head), meta);
  if (!is) return std::string(answer.body);
  auto decoder = tabular::make_decoder(is->charset, is->bom);
  if (!decoder) return std::string(answer.body);
  std::string text;
  (*decoder)->decode(answer.body.substr(is->bom), true, text);
  std::replace(text.begin(), text.end(), tabular::kMark, ' ');
  return text;
}

// Works out what several rules look at once, and only when one does.
class Look {
 public:
  explicit Look(const AnswerSeen& answer) : answer_(answer) {}

  bool fits(const StopSign& sign) {
    if (sign.status.empty() ? is_redirect_status(answer_.status) : !has(sign.status, answer_.status)) return false;
    if (answer_.gave > sign.beside || answer_.body.size() > sign.most_bytes) return false;
    if (!finds(sign.header, answer_.head) || !finds(sign.address, answer_.address)) return false;
    if (sign.most_text > 0 && visible() > sign.most_text) return false;  // cheap, and most pages end here
    if (!sign.title.empty() && !finds(sign.title, title_of(text()))) return false;
    return sign.body.empty() || finds(sign.body, text());
  }

 private:
  const std::string& text() {
    if (!text_) text_ = text_of_answer(answer_);
    return *text_;
  }
  std::size_t visible() {
    if (!visible_) visible_ = visible_bytes(answer_.body, kMostSeen);
    return *visible_;
  }

  const AnswerSeen& answer_;
  std::optional<std::string> text_;
  std::optional<std::size_t> visible_;
};

}  // namespace

std::string SignSeen::in_words() const { return text + "（规则 " + rule + "，" + address + "）"; }

Result<std::shared_ptr<const StopSigns>> StopSigns::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return Error{Errc::kConfig, "no such table of stop signs; nothing on the network is asked without it",
                 file.string()};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse(text, file.string());
}

Result<std::shared_ptr<const StopSigns>> StopSigns::parse(std::string_view toml, const std::string& name) {
  TANMIAO_ASSIGN(Settings at, Settings::parse(toml, name));
  auto out = std::make_shared<StopSigns>();
  std::vector<std::string> names;
  const auto once = [&](Settings& of, const std::string& rule) {
    if (std::find(names.begin(), names.end(), rule) != names.end())
      of.complain("name", "there are two rules of the name '" + rule + "'");
    names.push_back(rule);
  };
  for (Settings& sign : at.tables("sign")) {
    out->signs_.push_back(read_sign(sign));
    once(sign, out->signs_.back().name);
  }
  for (Settings& storm : at.tables("storm")) {
    out->storms_.push_back(read_storm(storm));
    once(storm, out->storms_.back().name);
  }
  if (out->signs_.empty()) at.complain("sign", "the table names no sign");
  TANMIAO_TRY(at.finish());
  return std::shared_ptr<const StopSigns>(std::move(out));
}

const StopSign* StopSigns::find(const AnswerSeen& answer) const {
  Look look(answer);
  const auto found = std::find_if(signs_.begin(), signs_.end(), [&](const StopSign& sign) { return look.fits(sign); });
  return found == signs_.end() ? nullptr : &*found;
}

const StopSign* StopSigns::find_address(std::string_view address) const {
  const auto found = std::find_if(signs_.begin(), signs_.end(), [&](const StopSign& sign) {
    const bool alone = sign.header.empty() && sign.title.empty() && sign.body.empty() && sign.status.empty();
    return alone && !sign.address.empty() && finds(sign.address, address);
  });
  return found == signs_.end() ? nullptr : &*found;
}

void SignWatch::take_up(const SignCount& count) {
  count_ = count;
  last_.assign(count.answers.begin(), count.answers.end());
  inherited_ = last_.size();
}

const Storm* SignWatch::answered(const StopSigns& signs, int status, std::uint64_t address) {
  const auto stormy = [&](const std::pair<int, std::uint64_t>& one) {
    return std::any_of(signs.storms().begin(), signs.storms().end(),
                       [&](const Storm& storm) { return has(storm.status, one.first); });
  };
  const auto end = last_.begin() + static_cast<std::ptrdiff_t>(inherited_);
  const auto before = std::find(last_.begin(), end, std::pair(status, address));
  if (before != end && !std::all_of(before, last_.end(), stormy)) last_.erase(before), --inherited_;
  last_.emplace_back(status, address);
  std::size_t longest = 0;
  for (const Storm& storm : signs.storms()) longest = std::max(longest, storm.of_last);
  for (; last_.size() > longest; last_.pop_front()) inherited_ -= inherited_ > 0 ? 1 : 0;
  count_.answers.clear();
  if (std::any_of(last_.begin(), last_.end(), stormy)) count_.answers.assign(last_.begin(), last_.end());
  for (const Storm& storm : signs.storms()) {
    const auto from = last_.end() - static_cast<std::ptrdiff_t>(std::min(last_.size(), storm.of_last));
    const auto seen = std::count_if(from, last_.end(), [&](const auto& one) { return has(storm.status, one.first); });
    if (has(storm.status, status) && static_cast<std::size_t>(seen) >= storm.most) return &storm;
  }
  return nullptr;
}

bool SignWatch::saw(const StopSign& sign) {
  count_.times = count_.rule == sign.name ? count_.times + 1 : 1;
  count_.rule = sign.name;
  return count_.times >= sign.in_a_row;
}

std::size_t visible_bytes(std::string_view html, std::size_t most) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < html.size() && seen <= most;) {
    if (html[at] != '<') {
      if (static_cast<unsigned char>(html[at]) > ' ') ++seen;
      ++at;
      continue;
    }
    std::size_t end = html.find('>', at);
    if (html.substr(at).starts_with("<!--")) {
      end = html.find("-->", at);
      if (end != std::string_view::npos) end += 2;
    } else {
      for (const std::string_view name : {"<script", "<style", "<title", "<noscript"}) {
        if (html.size() - at < name.size() || ::strncasecmp(html.data() + at, name.data(), name.size()) != 0) continue;
        const std::size_t close = find_word(html, std::string("</").append(name.substr(1)), at);
        end = close == std::string_view::npos ? close : html.find('>', close);
      }
    }
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return seen;
}

}  // namespace tanmiao::crawler
