// Small PDFs for tests: Chinese text in a font that is not embedded, and lines.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "core/text/normalize.h"

namespace tanmiao::crawler {

class PdfPage {
 public:
  // Points from the lower left corner of a page of 600 by 800.
  PdfPage& text(double x, double y, const std::string& words, double size = 10) {
    std::string hex;
    for (const char32_t c : text::code_points(words)) {
      char four[8];
      std::snprintf(four, sizeof four, "%04X", static_cast<unsigned>(c));
      hex += four;
    }
    content_ += "BT /F1 " + number(size) + " Tf " + number(x) + " " + number(y) + " Td <" + hex + "> Tj ET\n";
    return *this;
  }
  PdfPage& line(double x0, double y0, double x1, double y1) {
    content_ += number(x0) + " " + number(y0) + " m " + number(x1) + " " + number(y1) + " l S\n";
    return *this;
  }
  // A line as many programs draw it.
  PdfPage& bar(double x, double y, double w, double h) {
    content_ += number(x) + " " + number(y) + " " + number(w) + " " + number(h) + " re f\n";
    return *this;
  }
  PdfPage& raw(const std::string& operators) {
    content_ += operators;
    return *this;
  }
  PdfPage& rotate(int degrees) {
    rotation_ = degrees;
    return *this;
  }
  const std::string& content() const { return content_; }
  int rotation() const { return rotation_; }

 private:
  static std::string number(double value) {
    char out[32];
    std::snprintf(out, sizeof out, "%.2f", value);
    return out;
  }
  std::string content_;
  int rotation_ = 0;
};

inline std::string pdf_of(const std::vector<PdfPage>& pages) {
  std::vector<std::string> objects = {
      "<</Type/Catalog/Pages 2 0 R>>", "",
      "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
      "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
      "/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>",
      "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880"
      "/Descent -120/CapHeight 880/StemV 93>>"};
  std::string kids;
  for (const PdfPage& page : pages) {
    const std::size_t first = objects.size() + 1;
    kids += std::to_string(first) + " 0 R ";
    objects.push_back("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Rotate " + std::to_string(page.rotation()) +
                      "/Resources<</Font<</F1 3 0 R>>>>/Contents " + std::to_string(first + 1) + " 0 R>>");
    objects.push_back("<</Length " + std::to_string(page.content().size()) + ">>stream\n" + page.content() +
                      "endstream");
  }
  objects[1] = "<</Type/Pages/Kids[" + kids + "]/Count " + std::to_string(pages.size()) + ">>";
  std::string out = "%PDF-1.5\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char entry[32];
    std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", out.size());
    table += entry;
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string size = std::to_string(objects.size() + 1);
  const std::string at = std::to_string(out.size());
  return out + "xref\n0 " + size + "\n0000000000 65535 f \n" + table + "trailer<</Size " + size +
         "/Root 1 0 R>>\nstartxref\n" + at + "\n%%EOF\n";
}

}  // namespace tanmiao::crawler
