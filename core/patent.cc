#include "core/patent.h"

#include <array>

#include "core/quote.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

constexpr std::array<int, 12> kApplicationWeights{2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};  // ZC 0006-2003

std::string typed_number(std::string_view text) {
  std::string s = text::without_blanks(text::nfkc(text));
  for (char& c : s)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return s;
}

Error refuse_number(std::string_view text, std::string_view what, std::string why) {
  return Error{Errc::kFormat, in_quotes(text) + " is no " + std::string(what) + ": " + std::move(why), ""};
}

PatentKind kind_of_digit(char c) {
  switch (c) {
    case '1':
    case '8': return PatentKind::kInvention;
    case '2':
    case '9': return PatentKind::kUtility;
    case '3': return PatentKind::kDesign;
    default: return PatentKind::kUnknown;
  }
}

struct EventWord {
  PatentEvent event;
  std::string_view word;
};
constexpr std::array<EventWord, 20> kEvents{{{PatentEvent::kOther, "OTHER"},
                                             {PatentEvent::kPublished, "PUBLISHED"},
                                             {PatentEvent::kExamStarted, "EXAM_STARTED"},
                                             {PatentEvent::kGrant, "GRANT"},
                                             {PatentEvent::kRefused, "REFUSED"},
                                             {PatentEvent::kDeemedWithdrawn, "DEEMED_WITHDRAWN"},
                                             {PatentEvent::kDeemedAbandoned, "DEEMED_ABANDONED"},
                                             {PatentEvent::kLapsedFee, "LAPSED_FEE"},
                                             {PatentEvent::kLapsedOther, "LAPSED_UNSPEC"},
                                             {PatentEvent::kRestored, "RESTORED"},
                                             {PatentEvent::kExpired, "EXPIRED_TERM"},
                                             {PatentEvent::kTransfer, "TRANSFER"},
                                             {PatentEvent::kLicence, "LICENSE_RECORD"},
                                             {PatentEvent::kPledge, "PLEDGE"},
                                             {PatentEvent::kPreservation, "PRESERVATION"},
                                             {PatentEvent::kInvalidated, "INVALIDATED"},
                                             {PatentEvent::kPartlyInvalidated, "PARTLY_INVALIDATED"},
                                             {PatentEvent::kBiblioChange, "BIBLIO_CHANGE"},
                                             {PatentEvent::kInForce, "IN_FORCE"},
                                             {PatentEvent::kDead, "DEAD"}}};

ApplicationNo with_kind(std::string text, char digit, int year) {
  ApplicationNo number;
  number.kind = kind_of_digit(digit);
  number.pct = digit == '8' || digit == '9';
  number.year = year;
  number.text = std::move(text);
  return number;
}

// WIPO ST.13, as international databases write Chinese numbers: type of right (10 patents, 20 utility models), year,
// nine digits of serial number, of which ours are the last seven: 102016001197106 is 201611197106. Of national phases
// (11) the serial is another one.
std::string from_st13(const std::string& s) {
  const bool fits = s.size() == 15 && text::is_digits(s) && (s.starts_with("10") || s.starts_with("20")) &&
                    s.compare(6, 2, "00") == 0;
  return fits ? s.substr(2, 4) + s[0] + s.substr(8) : s;
}

}  // namespace

char application_check(std::string_view digits12) {
  int sum = 0;
  for (std::size_t i = 0; i < kApplicationWeights.size(); ++i) sum += (digits12[i] - '0') * kApplicationWeights[i];
  return sum % 11 == 10 ? 'X' : static_cast<char>('0' + sum % 11);
}

Result<ApplicationNo> parse_application_no(std::string_view text) {
  constexpr std::string_view kWhat = "patent application number";
  std::string s = typed_number(text);
  if (s.starts_with("ZL") || s.starts_with("CN")) s.erase(0, 2);
  s = from_st13(s);
  std::string body = s;
  char check = 0;
  if (const std::size_t point = s.find('.'); point != std::string::npos) {
    if (point + 2 != s.size()) return refuse_number(text, kWhat, "expected one check character behind the point");
    body = s.substr(0, point);
    check = s[point + 1];
  } else if (s.size() == 13 || s.size() == 9) {
    body = s.substr(0, s.size() - 1);
    check = s.back();
  }
  if (!text::is_digits(body) || (body.size() != 12 && body.size() != 8))
    return refuse_number(text, kWhat, "expected 12 digits and a check character, or 8 digits before October 2003");
  if (check != 0 && check != 'X' && (check < '0' || check > '9'))
    return refuse_number(text, kWhat, "the check character must be a digit or X");
  if (body.size() == 8) {  // YY K NNNNN; the check digit is optional and not verified
    const int year = (body[0] - '0') * 10 + (body[1] - '0');
    if (kind_of_digit(body[2]) == PatentKind::kUnknown)
      return refuse_number(text, kWhat, "its third digit names no kind (1, 2, 3, 8, 9)");
    // The form was in use from 1985 to 2003: 20151016 is a day in the wrong column.
    if (year > 3 && year < 85) return refuse_number(text, kWhat, "its year is " + body.substr(0, 2));
    return with_kind(check ? body + "." + check : body, body[2], year >= 85 ? 1900 + year : 2000 + year);
  }
  if (kind_of_digit(body[4]) == PatentKind::kUnknown)
    return refuse_number(text, kWhat, "its fifth digit names no kind (1, 2, 3, 8, 9)");
  const int year = std::stoi(body.substr(0, 4));
  if (year < 1985 || year > 2199) return refuse_number(text, kWhat, "its year is " + body.substr(0, 4));
  const char right = application_check(body);
  if (check != 0 && check != right)
    return refuse_number(text, kWhat, std::string("check character is '") + check + "', expected '" + right + "'");
  return with_kind(body + "." + right, body[4], year);
}

Result<PublicationNo> parse_publication_no(std::string_view text) {
  std::string s = typed_number(text);
  if (s.starts_with("CN")) s.erase(0, 2);
  const std::size_t letter = s.find_first_not_of("0123456789");
  const bool fits =
      letter != std::string::npos && letter >= 7 && letter <= 9 && s[0] >= '1' && s[0] <= '3' &&
      std::string_view("ABCUYSD").find(s[letter]) != std::string_view::npos &&
      kind_of_kind_code(s[letter]) == kind_of_digit(s[0]) &&  // CN2...A is a slip: inventions begin with 1
      (letter + 1 == s.size() || (letter + 2 == s.size() && s[letter + 1] >= '0' && s[letter + 1] <= '9'));
  if (!fits)
    return refuse_number(text, "publication number",
                         "expected CN, 7 to 9 digits, then A B C behind a 1, U Y behind a 2, S D behind a 3");
  return PublicationNo{"CN" + s.substr(0, letter + 1), s[letter]};
}

bool kind_code_is_grant(char kind_code) { return std::string_view("BCUYSD").find(kind_code) != std::string_view::npos; }

PatentKind kind_of_kind_code(char kind_code) {
  switch (kind_code) {
    case 'A':
    case 'B':
    case 'C': return PatentKind::kInvention;
    case 'U':
    case 'Y': return PatentKind::kUtility;
    case 'S':
    case 'D': return PatentKind::kDesign;
    default: return PatentKind::kUnknown;
  }
}

Result<std::string> parse_ipc(std::string_view text) {
  std::string s = typed_number(text);
  const auto fail = [&] { return refuse_number(text, "IPC symbol", "expected such as G09G 5/10 (2006.01)"); };
  if (const std::size_t bracket = s.find('('); bracket != std::string::npos) {
    if (s.find('/', bracket) != std::string::npos) return fail();  // a second symbol behind the version of the first
    s.resize(bracket);
  }
  if (s.size() < 4 || s[0] < 'A' || s[0] > 'H' || s[3] < 'A' || s[3] > 'Z') return fail();
  const std::string_view number = std::string_view(s).substr(1, 2);
  if (!text::is_digits(number) || number == "00") return fail();
  if (s.size() == 4) return s;
  const std::string_view view = s;
  const std::size_t slash = view.find('/');
  const std::string_view group = view.substr(4, slash == std::string_view::npos ? slash : slash - 4);
  const std::size_t zeros = group.find_first_not_of('0');
  if (!text::is_digits(group) || group.size() > 4 || zeros == std::string_view::npos) return fail();
  if (slash != std::string_view::npos) {
    // Exports glue the level behind the version ("(2006.01)I"); what is behind the subgroup's digits must be nothing.
    const std::string_view sub = view.substr(slash + 1);
    if (!text::is_digits(sub) || sub.size() < 2 || sub.size() > 6) return fail();
  }
  s.erase(4, zeros);  // WIPO ST.8 pads the main group: H02K0017/02
  return s;
}

Date term_end(PatentKind kind, Date filing) {
  int years = 20;
  if (kind == PatentKind::kUtility) years = 10;
  if (kind == PatentKind::kDesign) years = filing < make_date(2021, 6, 1) ? 10 : 15;
  return add_months(filing, years * 12);
}

std::string_view patent_event_word(PatentEvent event) {
  for (const EventWord& entry : kEvents)
    if (entry.event == event) return entry.word;
  return "OTHER";
}

PatentEvent patent_event_from_word(std::string_view word) {
  for (const EventWord& entry : kEvents)
    if (entry.word == word) return entry.event;
  return PatentEvent::kOther;
}

}  // namespace tanmiao
