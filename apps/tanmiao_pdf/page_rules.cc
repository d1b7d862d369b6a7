// C++17: qpdf 11 puts a class that is not complete into a std::vector, which clang takes with that standard only.
#include "apps/tanmiao_pdf/page_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <string>

namespace tanmiao::pdf {
namespace {

constexpr int kMostForms = 4;             // forms within forms
constexpr std::size_t kMostStates = 256;  // of q without Q
constexpr std::size_t kMostPieces = 100'000;
constexpr double kThin = 3;  // points: a filled rectangle that is thinner is a line

struct Point {
  double x = 0, y = 0;
};

// [a b c d e f] of 8.3.3: x' = a x + c y + e, y' = b x + d y + f.
struct Matrix {
  std::array<double, 6> m{1, 0, 0, 1, 0, 0};
  Point operator()(double x, double y) const { return {m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]}; }
  // This one first, then `then`.
  Matrix before(const Matrix& then) const {
    const auto& [a, b, c, d, e, f] = m;
    const auto& n = then.m;
    return {{a * n[0] + b * n[2], a * n[1] + b * n[3], c * n[0] + d * n[2], c * n[1] + d * n[3],
             e * n[0] + f * n[2] + n[4], e * n[1] + f * n[3] + n[5]}};
  }
};

class Drawing : public QPDFObjectHandle::ParserCallbacks {
 public:
  Drawing(const QPDFObjectHandle& resources, Matrix matrix, int depth, std::vector<tabular::PageRule>& out)
      : resources_(resources), now_(matrix), depth_(depth), out_(out) {}

  void handleObject(QPDFObjectHandle object) override {
    if (!object.isOperator()) {
      if (operands_.size() < kMostOperands) operands_.push_back(std::move(object));
      return;
    }
    operate(object.getOperatorValue());
    operands_.clear();
  }
  void handleEOF() override {}

 private:
  static constexpr std::size_t kMostOperands = 64;
  struct Piece {
    Point from, to;
  };

  double number(std::size_t i) { return operands_[i].isNumber() ? operands_[i].getNumericValue() : 0; }

  void operate(const std::string& what) {
    if (what == "q" && states_.size() < kMostStates) states_.push_back(now_);
    if (what == "Q" && !states_.empty()) {
      now_ = states_.back();
      states_.pop_back();
    }
    if (what == "cm" && operands_.size() == 6) {
      Matrix own;
      for (std::size_t i = 0; i < 6; ++i) own.m[i] = number(i);
      now_ = own.before(now_);
    }
    if (what == "Do" && operands_.size() == 1) form(operands_[0]);
    path(what);
  }

  void path(const std::string& what) {
    if (what == "m" && operands_.size() == 2) start_ = at_ = now_(number(0), number(1));
    if (what == "l" && operands_.size() == 2) line_to(now_(number(0), number(1)));
    if (what == "h") line_to(start_);
    if ((what == "c" && operands_.size() == 6) || ((what == "v" || what == "y") && operands_.size() == 4))
      at_ = now_(number(operands_.size() - 2), number(operands_.size() - 1));
    if (what == "re" && operands_.size() == 4) rectangle(number(0), number(1), number(2), number(3));
    if (what == "s" || what == "b" || what == "b*") line_to(start_);
    const bool strokes = what == "S" || what == "s" || what == "B" || what == "B*" || what == "b" || what == "b*";
    const bool fills =
        what == "f" || what == "F" || what == "f*" || what == "B" || what == "B*" || what == "b" || what == "b*";
    if (strokes)
      for (const Piece& piece : pieces_) give(piece.from, piece.to);
    if (fills)
      for (const Piece& box : boxes_) fill(box);
    if (strokes || fills || what == "n") pieces_.clear(), boxes_.clear();
  }

  void line_to(Point to) {
    if (pieces_.size() < kMostPieces) pieces_.push_back({at_, to});
    at_ = to;
  }

  void rectangle(double x, double y, double w, double h) {
    const Point a = now_(x, y), b = now_(x + w, y), c = now_(x + w, y + h), d = now_(x, y + h);
    start_ = at_ = a;
    if (pieces_.size() >= kMostPieces) return;
    for (const Piece& side : {Piece{a, b}, Piece{b, c}, Piece{c, d}, Piece{d, a}}) pieces_.push_back(side);
    boxes_.push_back({a, c});
  }

  // A thin filled rectangle is how many programs draw a line.
  void fill(const Piece& box) {
    const double width = std::abs(box.to.x - box.from.x), height = std::abs(box.to.y - box.from.y);
    if (std::min(width, height) > kThin) return;
    const Point middle{(box.from.x + box.to.x) / 2, (box.from.y + box.to.y) / 2};
    if (width >= height)
      give({box.from.x, middle.y}, {box.to.x, middle.y});
    else
      give({middle.x, box.from.y}, {middle.x, box.to.y});
  }

  void give(Point a, Point b) {
    constexpr double kUpright = 1;
    if (std::abs(a.x - b.x) > kUpright && std::abs(a.y - b.y) > kUpright) return;
    if (out_.size() <= tabular::PageTables::kMostRules) out_.push_back({a.x, a.y, b.x, b.y});
  }

  void form(QPDFObjectHandle name) {
    if (!name.isName() || depth_ >= kMostForms || !resources_.isDictionary()) return;
    QPDFObjectHandle objects = resources_.getKey("/XObject");
    if (!objects.isDictionary()) return;
    QPDFObjectHandle found = objects.getKey(name.getName());
    if (!found.isStream() || !found.getDict().getKey("/Subtype").isNameAndEquals("/Form")) return;
    Matrix own;
    QPDFObjectHandle matrix = found.getDict().getKey("/Matrix");
    if (matrix.isArray() && matrix.getArrayNItems() == 6)
      for (int i = 0; i < 6; ++i) {
        QPDFObjectHandle item = matrix.getArrayItem(i);
        if (item.isNumber()) own.m[static_cast<std::size_t>(i)] = item.getNumericValue();
      }
    QPDFObjectHandle resources = found.getDict().getKey("/Resources");
    Drawing within(resources.isDictionary() ? resources : resources_, own.before(now_), depth_ + 1, out_);
    QPDFObjectHandle::parseContentStream(found, &within);
  }

  QPDFObjectHandle resources_;
  Matrix now_;
  int depth_;
  std::vector<tabular::PageRule>& out_;
  std::vector<QPDFObjectHandle> operands_;
  std::vector<Matrix> states_;
  std::vector<Piece> pieces_, boxes_;
  Point start_, at_;
};

// From the space of the page (8.3.2.3, upwards from the lower left of the crop box) to that of its picture.
Matrix to_shown(QPDFPageObjectHelper page) {
  const QPDFObjectHandle::Rectangle box = page.getCropBox().getArrayAsRectangle();
  const double left = std::min(box.llx, box.urx), low = std::min(box.lly, box.ury);
  const double width = std::abs(box.urx - box.llx), height = std::abs(box.ury - box.lly);
  QPDFObjectHandle turn = page.getAttribute("/Rotate", false);
  const long long degrees = turn.isInteger() ? ((turn.getIntValue() % 360) + 360) % 360 : 0;
  switch (degrees) {
    case 90: return {{0, 1, 1, 0, -low, -left}};
    case 180: return {{-1, 0, 0, 1, left + width, -low}};
    case 270: return {{0, -1, -1, 0, low + height, left + width}};
    default: return {{1, 0, 0, -1, -left, low + height}};
  }
}

}  // namespace

struct Drawings::Parsed {
  QPDF file;
  std::vector<QPDFPageObjectHelper> pages;
};

Drawings::Drawings(const std::string& bytes) : parsed_(std::make_unique<Parsed>()) {
  try {
    parsed_->file.setSuppressWarnings(true);
    parsed_->file.processMemoryFile("pdf", bytes.data(), bytes.size());
    parsed_->pages = QPDFPageDocumentHelper(parsed_->file).getAllPages();
  } catch (const std::exception&) {
    parsed_->pages.clear();  // poppler mends more than qpdf does
  }
}

Drawings::~Drawings() = default;

std::vector<tabular::PageRule> Drawings::rules_of(std::size_t number) const {
  std::vector<tabular::PageRule> out;
  if (number >= parsed_->pages.size()) return out;
  try {
    QPDFPageObjectHelper page = parsed_->pages[number];
    Drawing drawing(page.getAttribute("/Resources", false), to_shown(page), 0, out);
    page.parseContents(&drawing);
  } catch (const std::exception&) {
    out.clear();
  }
  return out;
}

}  // namespace tanmiao::pdf
