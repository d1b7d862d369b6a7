// A register of numbered firms on a small server: lists of five lead to a page for each.
#pragma once

#include <string>

#include "http_fixture.h"
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler {

class CrawlingHosts : public Crawling {
 protected:
  // `extra` stands before the pages, `of_details` behind the one of details.
  void http_source(std::string_view extra = "complete = \"complete\"", std::string_view of_details = "") {
    const std::string start = server_.address("/list?page=1");
    write("sources/register.toml",
          "id = \"register\"\ntitle = \"登记\"\npublisher = \"试验\"\nkind = \"http\"\n"
          "terms = \"无\"\nbasis = \"试验\"\nhosts = [\"127.0.0.1\"]\n" +
              std::string(extra) + "\n[fetch]\nstart = [\"" + start + "\"]\nstart_role = \"list\"\npause = 0\n" + R"(
[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//li/a/@href"
role = "detail"
[[page.link]]
xpath = "//a[@class='next']/@href"
role = "list"
[[page]]
role = "detail"
reader = "html"
kind = "firm"
rows = "//table"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "tr[1]/td"
org_code = "tr[2]/td"
)" + std::string(of_details));
  }
  void detail(int number, const std::string& name) {
    server_.put("/firm/" + std::to_string(number),
                {200,
                 "<html><meta charset=utf-8><body><table><tr><td>" + name + "</td></tr><tr><td>" + code(number) +
                     "</td></tr></table></body></html>",
                 "Content-Type: text/html; charset=utf-8\r\nETag: \"" + std::to_string(number) + "\"\r\n"});
  }
  void city(int firms, int a_page = 5) {
    for (int page = 1; (page - 1) * a_page < firms; ++page) {
      std::string body = "<html><body><ul>";
      for (int i = (page - 1) * a_page + 1; i <= std::min(firms, page * a_page); ++i) {
        body += "<li><a href='/firm/" + std::to_string(i) + "'>x</a></li>";
        detail(i, "试验" + std::to_string(i) + "科技有限公司");
      }
      body += "</ul>";
      if (page * a_page < firms) body += "<a class='next' href='?page=" + std::to_string(page + 1) + "'>n</a>";
      server_.put("/list?page=" + std::to_string(page), {200, body + "</body></html>"});
    }
  }
  void approve() {
    const auto list = list_sources(config_).value();
    store::SourceApproval approval;
    approval.source = "register";
    approval.state = store::SourceState::kApproved;
    approval.reviewer = "a test";
    approval.terms_hash = list.at(0).terms_hash;
    store_->people().decide_source(approval).value();
  }
  TestServer server_;
};

}  // namespace tanmiao::crawler
