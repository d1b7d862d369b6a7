#include "core/messages.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/record.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

// '*' stands for a value; $1 to $4 put the values, in order, into the Chinese; #1 is the name of a field of records,
// which becomes its label. The first that fits is taken.
struct Sentence {
  std::string_view english, chinese;
};
constexpr std::array kSentences = std::to_array<Sentence>({
    // Values of a record (core/). The value itself stands beside the message.
    {"'*' is no date: expected *", "$2"},
    {"'*' is no amount: expected such as *", "如 500万元、1.2亿元、6350万美元"},
    {"'*' is no *: *", "$3"},
    {"YYYY-MM-DD, YYYYMMDD, YYYY年M月D日 or a year", "如 2015-06-02、20150602、2015年6月2日，或只写年份"},
    {"YYYY-MM-DD, YYYYMMDD, YYYY年M月D日, a month or a year",
     "如 2015-06-02、20150602、2015年6月2日，或只写年月、年份"},
    {"YYYY-MM-DD or YYYY年M月D日", "如 2015-06-02 或 2015年6月2日"},
    {"YYYY-MM-DD", "如 2015-06-02"},
    {"a year up to 2200", "年份不应晚于 2200 年"},
    {"a day that exists", "没有这一天"},
    {"a month of a year", "没有这个月"},
    {"nothing behind the day", "日期后面只能是钟点"},
    {"expected 18 characters, found *", "应为 18 位，实有 $1 位"},
    {"character * is not of 0-9 A-Z without I O S V Z (GB 32100-2015)",
     "第 $1 位不是允许的字符：应为数字或大写字母，不用 I、O、S、V、Z（GB 32100-2015）"},
    {"characters 3-8 must be the digits of the registering authority", "第 3 至 8 位应为登记机关的 6 位数字"},
    {"check character is '*', expected '*'", "校验码不符：末位为 $1，应为 $2"},
    {"its organisation code * fails the check of GB 11714-1997", "其中的组织机构代码 $1 校验不符（GB 11714-1997）"},
    {"it fails the check of GB 11714-1997", "校验不符（GB 11714-1997）"},
    {"expected 8 + 1 characters", "应为 8 位加 1 位校验码"},
    {"expected digits only", "应全为数字"},
    {"expected 15 digits, or 13 from before 2007", "应为 15 位数字，2007 年以前为 13 位"},
    {"check digit is wrong, expected *", "校验位不符，应为 $1"},
    {"expected GR, a year, two digits of the province, six digits", "应为 GR 加年份、2 位省份代码、6 位数字"},
    {"expected a year, six digits of a region, a letter or digit, seven digits",
     "应为年份、6 位地区代码、1 位字母或数字、7 位数字"},
    {"expected one check character behind the point", "小数点后应为 1 位校验码"},
    {"expected 12 digits and a check character, or 8 digits before October 2003",
     "应为 12 位数字加校验码，2003 年 10 月以前为 8 位数字"},
    {"the check character must be a digit or X", "校验码应为数字或 X"},
    {"its third digit names no kind (1, 2, 3, 8, 9)", "第 3 位应为专利种类（1、2、3、8、9）"},
    {"its fifth digit names no kind (1, 2, 3, 8, 9)", "第 5 位应为专利种类（1、2、3、8、9）"},
    {"its year is *", "年份有误：$1"},
    {"expected CN, 7 to 9 digits, then A B C behind a 1, U Y behind a 2, S D behind a 3",
     "应为 CN 加 7 至 9 位数字和种类字母（1 开头为 A、B、C，2 开头为 U、Y，3 开头为 S、D）"},
    // Words of a request.
    {"there is no format '*', did you mean '*'?", "没有“$1”这种格式，是否应为“$2”"},
    {"there is no format '*'; known: *", "没有“$1”这种格式；可用：$2"},
    {"there is no campaign '*', did you mean '*'?", "没有“$1”这个检索方案，是否应为“$2”"},
    {"there is no campaign '*'; known: *", "没有“$1”这个检索方案；可用：$2"},
    {"what is to be kept (a reason, a name of a file, ...) is no UTF-8 text",
     "要保存的文字（原因、文件名等）不是 UTF-8 编码：终端或文件名可能用的是 GBK，请改为 UTF-8"},
    {"an unfinished night waits: tanmiao run", "上一次夜间任务没有做完，请先运行 tanmiao run"},
    {"self-report * was withdrawn already", "第 $1 号企业自报已经撤回"},
    {"self-report * counts already", "第 $1 号企业自报本来就计入"},
    {"no self-report *", "没有第 $1 号企业自报"},
    {"self-report * was withdrawn meanwhile", "第 $1 号企业自报刚被撤回，请重新导入"},
    {"conflict *: one of the two reports was withdrawn", "第 $1 处不一致所涉的填报已撤回，无须再选"},
    {"there is no facet '*', did you mean '*'?", "没有“$1”这种筛选，是否应为“$2”"},
    {"there is no facet '*'; known: *", "没有“$1”这种筛选；可用：$2"},
    {"there is no * '*', did you mean '*'?", "没有“$2”这个$1，是否应为“$3”"},
    {"there is no * '*'; known: *", "没有“$2”这个$1；可用：$3"},
    {"there is no * '*'", "没有“$2”这个$1"},
    // Firms that a command names.
    {"name a firm by credit code, number or name", "请写企业的统一社会信用代码、编号或名称"},
    {"several firms have this name; give one of: *", "有几家企业同名，请写其中一个：$1"},
    {"no such firm; the code is none: *", "没有这家企业；代码有误：$1"},
    {"no such firm", "没有这家企业"},
    {"no firm has exactly this name; near: *", "没有这家企业；名称相近的有：$1"},
    {"no suppression to lift: *", "没有列为不再列示，或已恢复：$1"},
    {"say who makes the steps: --by OFFICE", "请写明由谁办理：加 --by 单位"},
    // Secrets of sources.
    {"secret '*': the variable * of the environment is not set", "密钥 $1：环境变量 $2 未设置"},
    {"secret '*': cannot open the file of a secret: *", "密钥 $1：文件打不开"},
    {"secret '*': the file of a secret is no regular file", "密钥 $1：不是普通文件"},
    {"secret '*': the file of a secret can be read by others: expected mode 0600 (chmod 600)",
     "密钥 $1：文件可被他人读取，请改为只有本人可读（chmod 600）"},
    {"secret '*': the file of a secret belongs to another user", "密钥 $1：文件属于其他用户"},
    {"secret '*': the file of a secret cannot be read, or is longer than 4096 bytes",
     "密钥 $1：文件读不出，或超过 4096 字节"},
    {"secret '*': a secret of fewer than 8 characters cannot be kept out of logs",
     "密钥 $1：少于 8 个字符，无法保证不进入日志"},
    {"secret '*': a secret is one line without control characters", "密钥 $1：应为一行文字，不含控制字符"},
    // Rows of a table (tabular/).
    {"text behind the closing quote of cell *; expected a delimiter, the end of the line or a doubled quote",
     "第 $1 格的引号结束后还有文字：应为分隔符、换行，或写成两个引号"},
    {"a quote does not close within * bytes", "引号在 $1 字节之内没有成对"},
    {"a quote does not close before the end of the file", "引号直到文件末尾没有成对"},
    {"* cells, at most * are read", "有 $1 格，至多读取 $2 格"},
    {"cell * has * bytes, at most * are read", "第 $1 格有 $2 字节，至多读取 $3 字节"},
    {"cell * is longer than * bytes", "$1 格超过 $2 字节"},
    {"a cell in column *, at most * columns are read", "$1 格超出范围：至多读取 $2 列"},
    {"byte * at byte * of the file is NUL, expected text (* such bytes in this row)",
     "文件第 $2 字节为空字符，应为文字（此行共 $3 处）"},
    {"byte * at byte * of the file is NUL, expected text", "文件第 $2 字节为空字符，应为文字"},
    {"byte * at byte * of the file is not * (* such bytes in this row)",
     "文件第 $2 字节（$1）不是 $3 编码的文字（此行共 $4 处）"},
    {"byte * at byte * of the file is not *", "文件第 $2 字节（$1）不是 $3 编码的文字"},
    {"longer than * bytes; expected a line end before", "此行超过 $1 字节，其间没有换行"},
    {"no header row found in the first * rows; expected columns such as *; the first row is \"*\"",
     "前 $1 行中没有表头（应有的列如 $2；第一行是“$3”）"},
    {"no header row found in the first * rows; expected columns such as *; the first row is data",
     "没有表头，第一行就是数据（应有的列如 $2）"},
    {"no header row found in the first * rows; expected columns such as *; the table is empty",
     "是空表（应有的列如 $2）"},
    {"no column for * (expected *; the nearest here is \"*\")", "缺少“#1”一列（表头应为 $2；最接近的是“$3”）"},
    {"no column for * (expected *)", "缺少“#1”一列（表头应为 $2）"},
    // Files.
    {"is declared as * but its bytes are not (first in line *, byte *); they look like *",
     "来源说明写的字符集是 $1，文件不是（第 $2 行、第 $3 字节起），像是 $4"},
    {"is declared as * but its bytes are not (first in line *, byte *)",
     "来源说明写的字符集是 $1，文件不是（第 $2 行、第 $3 字节起）"},
    {"is declared as * but its bytes are not; they look like *", "来源说明写的字符集是 $1，文件不是，像是 $2"},
    {"is declared as * but its bytes are not", "来源说明写的字符集是 $1，文件不是"},
    {"*; rows up to line * were read", "$1；第 $2 行及以前已读到"},
    {"is larger than * bytes", "文件超过 $1 字节"},
    {"is larger than 512 MiB", "文件超过 512 MiB"},
    {"is a folder, a file was expected", "这是文件夹，应为文件"},
    {"is not an xlsx workbook: it does not begin like a zip", "不是 xlsx 工作簿（可能是旧格式 xls，或改了扩展名）"},
    {"is a zip or workbook, delimited text was expected", "这是压缩包或工作簿，应为 CSV 文本"},
    {"is a zip but no xlsx workbook: xl/workbook.xml or its relations are missing", "是压缩包，但不是 xlsx 工作簿"},
    {"has no sheets", "工作簿中没有工作表"},
    {"has too many sheets", "工作表过多"},
    {"is empty", "文件是空的"},
    {"has no part *", "工作簿已损坏：缺少 $1"},
    {"is a PDF, not a table", "是 PDF 文件，不是表格"},
    {"is a picture, not a table", "是图片，不是表格"},
    {"is a RAR archive, not a table", "是 RAR 压缩包，不是表格"},
    {"is a web archive (.mht), not a table", "是单个文件网页（mht），请另存为 xlsx"},
    {"is a web page without a table, not a workbook", "是网页，其中没有表格"},
    {"is a file of Office, but no workbook", "是 Office 文件，但不是工作簿"},
    {"is a binary workbook (.xlsb); save it as .xlsx", "是二进制工作簿（xlsb），请另存为 xlsx"},
    {"is a workbook older than Excel 97; save it as .xlsx or .csv", "是 Excel 97 以前的工作簿，请另存为 xlsx 或 csv"},
    {"is a workbook protected by a password; save it without", "工作簿有密码，请取消密码后再保存"},
    {"is a damaged workbook of the old format (.xls): *", "旧格式工作簿（xls）已损坏"},
    {"holds a text or tag of more than * bytes", "有一处内容超过 $1 字节"},
    {"names a sheet that is not in it: *", "工作簿已损坏：缺少工作表 $1"},
    {"names shared string * of *", "工作簿已损坏：共有 $2 条文字，却引用第 $1 条"},
    {"row number * behind row *", "工作簿已损坏：第 $2 行之后出现第 $1 行"},
    {"has too many merged cells", "合并单元格过多"},
    {"has more than * rows", "超过 $1 行"},
    {"has more than * entries", "压缩包内超过 $1 个文件"},
    {"gzip file is cut off after * packed bytes (* unpacked); the end of the table is missing",
     "gzip 文件不完整：读到 $1 字节处中断（解压后 $2 字节），表的末尾缺失"},
    {"damaged gzip data (*) after * unpacked bytes", "gzip 数据已损坏：解压到 $2 字节处出错"},
    {"unpacks to more than * bytes", "解压后超过 $1 字节"},
    {"unpacks to more than * times its size", "解压后超过原来的 $1 倍"},
    {"is not a zip: it is empty", "文件为空，应为 zip 压缩包"},
    {"is not a zip: *", "不是 zip 压缩包"},
    {"damaged zip entry: *", "压缩包内的文件已损坏"},
    {"damaged zip: *", "压缩包已损坏"},
    {"is a damaged archive: *", "压缩包已损坏"},
    {"is a document without a table", "文件内没有表格"},
    {"needs a password", "文件有密码"},
    {"is no PDF, or a damaged one", "不是 PDF，或文件已损坏"},
    {"has no text (a scanned picture)", "是扫描图片，没有可读取的文字"},
    {"has more than * pages", "超过 $1 页"},
    {"page * cannot be read", "第 $1 页无法读取"},
    {"page * holds more words or lines than a table has", "第 $1 页的文字或线条过多，不是表格"},
    {"needs more than * MiB of memory", "读取所需内存超过 $1 MiB"},
    {"takes longer to read than * s", "读取超过 $1 秒"},
    {"the reader of PDF died of it (signal *)", "文件使 PDF 读取程序崩溃（信号 $1）"},
    {"the program * is not beside this one", "找不到程序 $1"},
    {"cannot be read: *", "无法读取"},
    {"has too many damaged entries", "压缩包内损坏的文件过多"},
    {"has more than * entries", "压缩包内的文件超过 $1 个"},
    {"is no archive: expected *", "不是可以打开的压缩包"},
    {"archives within archives, more than * deep", "压缩包套压缩包超过 $1 层，不予打开"},
    {"its name is refused: an absolute path", "文件名是绝对路径，不予读取"},
    {"its name is refused: it leads out of its folder", "文件名指向压缩包以外，不予读取"},
    {"its name is refused: a control character", "文件名含控制字符，不予读取"},
    {"its name is longer than * bytes", "文件名超过 $1 字节，不予读取"},
    {"has no name", "没有文件名，不予读取"},
    {"has the name of another member", "压缩包内有同名文件，只读取第一个"},
    {"is a link or device, no file", "是链接，不是文件，不予读取"},
    {"is larger than * bytes", "超过 $1 字节"},
    {"is protected by a password", "压缩包有密码"},
    {"zips within zips, more than two deep", "压缩包层层嵌套超过两层"},
    {"is neither XML nor a zip of XML", "既不是 XML，也不是 XML 的压缩包"},
    {"is no HTML page", "不是网页"},
    {"is no JSON: *", "不是 JSON 数据"},
    {"has no rows at '*'", "“$1”处没有数据行"},
    {"XML elements nest deeper than *", "XML 嵌套超过 $1 层"},
    {"damaged XML at byte *: a document type or entity declaration, which is not accepted",
     "XML 第 $1 字节处有文档类型或实体声明，不予接受"},
    {"damaged XML at byte *: *", "XML 已损坏（第 $1 字节处）"},
    {"cannot read: *", "无法读取"},
    {"cannot read the file", "无法读取"},
    {"reading failed", "读取失败"},
    // Hosts (crawler/, and libcurl's own words of 7.88 and later).
    {"unreachable (*)", "取不到（$1）"},
    {"forbidden: line *", "第 $1 行"},
    {"HTTP *", "主机应答 $1"},
    {"larger than allowed", "超过允许的大小"},
    {"the answer ended before its announced length", "应答未到声明的长度就中断"},
    {"timeout", "超时"},
    {"Couldn't connect to server", "连接不上主机"},
    {"Could not connect to server", "连接不上主机"},
    {"Couldn't resolve host name", "找不到主机"},
    {"Could not resolve hostname", "找不到主机"},
    {"SSL connect error", "加密连接失败"},
    {"SSL peer certificate or SSH remote key was not OK", "主机证书有误"},
    {"Server returned nothing (no headers, no data)", "主机没有应答"},
    {"Failure when receiving data from the peer", "接收时中断"},
    {"Failed sending data to the peer", "发送时中断"},
    {"Weird server reply", "主机应答有误"},
    {"leads to *, a * address that the source does not name", "指向 $1，不是公网地址，来源说明未写明，不访问"},
    {"a web page larger than * MiB", "网页超过 $1 MiB"},
    {"damaged or larger than allowed", "损坏或超过允许的大小"},
    {"content encoding *, expected gzip or none", "内容编码为 $1，只读 gzip 或不编码的"},
    {"more content encodings over one another than are taken off", "内容编码的层数过多"},
    {"a web page, no robots.txt", "应答是网页，不是 robots.txt"},
    {"more than five redirects", "重定向超过五次"},
    {"redirects to itself", "重定向绕回自身"},
    {"two different Content-Lengths", "声明了两个不同的长度"},
    {"a Content-Length that is no number", "声明的长度不是数字"},
    {"Unsupported protocol", "主机应答不是 HTTP/1"},
    // Queries (indexer/).
    {"a query holds at most * characters", "查询词至多 $1 个字"},
    {"a query holds at most * words", "查询词至多 $1 个"},
    {"there is nothing to look for: only marks", "没有可查的字词：只有标点"},
    {"expected a word right behind the minus", "减号后面应紧跟要排除的词"},
    {"the quotation mark is not closed", "引号没有成对"},
    {"there is no search index yet", "尚无检索索引"},
});

// The values of the holes, or false. A hole takes as little as it can.
bool fits(std::string_view pattern, std::string_view text, std::vector<std::string_view>& values) {
  values.clear();
  std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  while (star != std::string_view::npos) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    const std::string_view literal = pattern.substr(0, star);
    const bool last = star == std::string_view::npos;
    if (last && !text.ends_with(literal)) return false;
    const std::size_t end = last ? text.size() - literal.size() : text.find(literal);
    if (end == std::string_view::npos) return false;
    values.push_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + literal.size()));
  }
  return true;
}

std::string filled(std::string_view chinese, const std::vector<std::string_view>& values);

// Empty when no sentence fits.
std::string translated(std::string_view message) {
  std::vector<std::string_view> values;
  for (const Sentence& sentence : kSentences)
    if (fits(sentence.english, message, values)) return filled(sentence.chinese, values);
  return {};
}

// A list of headings: "企业名称 or 名称".
std::string with_or(std::string_view text) {
  constexpr std::string_view kOr = " or ";
  std::string out(text);
  for (std::size_t at = 0; (at = out.find(kOr, at)) != std::string::npos;) out.replace(at, kOr.size(), " 或 ");
  return out;
}

std::string filled(std::string_view chinese, const std::vector<std::string_view>& values) {
  std::string out;
  for (std::size_t i = 0; i < chinese.size(); ++i) {
    const bool mark = (chinese[i] == '$' || chinese[i] == '#') && i + 1 < chinese.size();
    const std::size_t number = mark ? static_cast<std::size_t>(chinese[i + 1] - '1') : values.size();
    if (number >= values.size()) {
      out += chinese[i];
      continue;
    }
    const auto field = chinese[i] == '#' ? field_from_name(values[number]) : std::nullopt;
    const std::string inner = field ? std::string(field_spec(*field).label) : translated(values[number]);
    out += inner.empty() ? with_or(values[number]) : inner;
    ++i;
  }
  return out;
}

// "file:12", "book.xlsx!12" -> "第 12 行"; "character 4" -> "第 4 个字"; other places mean nothing to staff.
std::string place(std::string_view where) {
  constexpr std::string_view kCharacter = "character ";
  if (where.starts_with(kCharacter) && text::is_digits(where.substr(kCharacter.size())))
    return "第 " + std::string(where.substr(kCharacter.size())) + " 个字";
  const std::size_t mark = where.find_last_of(":!");
  if (mark == std::string_view::npos || !text::is_digits(where.substr(mark + 1))) return {};
  return "第 " + std::string(where.substr(mark + 1)) + " 行";
}

}  // namespace

std::string in_chinese(std::string_view message) {
  constexpr std::string_view kNextFault = "; no column for ";  // several faults of one header stand in one message
  std::string out;
  for (std::string_view rest = message; !rest.empty();) {
    const std::size_t end = std::min(rest.find(kNextFault), rest.size());
    const std::string_view fault = rest.substr(0, end);
    std::string part = translated(fault);
    const bool ascii = std::all_of(fault.begin(), fault.end(), [](unsigned char c) { return c < 0x80; });
    if (part.empty()) part = (ascii ? "原文：" : "") + std::string(fault);
    out += (out.empty() ? "" : "；") + part;
    rest.remove_prefix(std::min(rest.size(), end + 2));
  }
  return out;
}

std::string in_chinese(const Error& error) {
  const std::string where = place(error.where);
  return where.empty() ? in_chinese(error.message) : where + "：" + in_chinese(error.message);
}

}  // namespace tanmiao
