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
    // A complaint about a key of a file, and what would fit the sentences on values.
    {"'*': expected a number of days such as 90d", "“$1”：应为天数，如 90d"},
    {"'*': *", "“$1”$2"},
    {"'*' is no key of a query: expected a name such as spm, or a beginning such as utm_*",
     "“$1”不是查询参数名：应为名称（如 spm），或开头部分（如 utm_*）"},
    {"'*' is no host: expected a name such as data.example or data.example:8080",
     "“$1”不是主机：应为 data.example 或 data.example:8080 这样的名称"},
    {"'*' is no regular expression (RE2): *", "“$1”不是正确的正则表达式（RE2）：$2"},
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
    {"there is no source '*', did you mean '*'?", "没有“$1”这个来源，是否应为“$2”"},
    {"there is no source '*'; known: *", "没有“$1”这个来源；可用：$2"},
    {"there is no source '*'", "没有“$1”这个来源"},
    {"there is no place '*', did you mean '*'?", "没有“$1”这个地名，是否应为“$2”"},
    {"there is no place '*'; known: *", "没有“$1”这个地名；可用：$2"},
    {"there is no place '*'", "没有“$1”这个地名"},
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
    {"no header row found in the first * rows; expected columns such as *; row * is \"*\"",
     "前 $1 行中没有表头（应有的列如 $2；最像的是第 $3 行“$4”）"},
    {"no header row found in the first * rows; expected columns such as *; row * is data",
     "没有表头，第 $3 行就是数据（应有的列如 $2）"},
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
    {"a web page in its place", "应答是网页"},
    {"more than five redirects", "重定向超过五次"},
    {"redirects to itself", "重定向绕回自身"},
    {"two different Content-Lengths", "声明了两个不同的长度"},
    {"a Content-Length that is no number", "声明的长度不是数字"},
    {"Unsupported protocol", "主机应答不是 HTTP/1"},
    // Queries (indexer/).
    {"this is no place in a list: copy it whole, or begin with the first page",
     "翻页标记不完整或已改动，请从第一页开始"},
    {"the list was made anew since the page before, and what it was cut from is gone: begin with the first page",
     "数据已更新，翻页所据的名单已不在，请从第一页开始"},
    {"this place is in the list of another query or order", "翻页标记属于另一个查询或排序"},
    {"the query took more than * ms: use longer or fewer words, or more filters",
     "查询超过 $1 毫秒，请把词写长一些、减少词数，或加筛选"},
    {"facet * has no codes below '*'", "条件 $1 在“$2”之下没有更细的代码"},
    {"a workbook holds at most 1000000 firms: narrow the query, or take csv or jsonl",
     "工作簿至多 1000000 家，请缩小范围，或导出 CSV、JSON"},
    {"a query holds at most * characters", "查询词至多 $1 个字"},
    {"a query holds at most * words", "查询词至多 $1 个"},
    {"there is nothing to look for: only marks", "没有可查的字词：只有标点"},
    {"expected a word right behind the minus", "减号后面应紧跟要排除的词"},
    {"the quotation mark is not closed", "引号没有成对"},
    {"a query nests at most * brackets", "括号至多套 $1 层"},
    {"the bracket is not closed", "括号没有成对"},
    {"nothing was opened that this bracket closes", "这个右括号没有对应的左括号"},
    {"expected a word on both sides of *", "$1 的两边都应有查询词"},
    {"expected a word behind NOT", "NOT 后面应有要排除的词"},
    {"expected a word right behind the colon", "冒号后面应紧跟要查的词"},
    {"expected a word, not a mark", "应为查询词，不是符号"},
    {"a * may stand at the end of a word alone", "* 只能写在词尾"},
    {"more than * words begin so", "以此开头的词超过 $1 个，请多写几个字母"},
    {"there is no field '*', did you mean '*'?; in quotation marks it is looked for as a text",
     "没有“$1”这个字段，是否应为“$2”；要按文字查，请加引号"},
    {"there is no field '*'; in quotation marks it is looked for as a text", "没有“$1”这个字段；要按文字查，请加引号"},
    {"field * needs a run, and there is none", "条件 $1 要有候选名单才能用，目前还没有"},
    {"expected years or days such as 2015..2020 or 2019-03-01..", "应为年份或日期，如 2015..2020 或 2019-03-01.."},
    {"expected 万元 such as 100..500 or 0.5..", "应为万元数，如 100..500 或 0.5.."},
    {"expected whole numbers such as 3..10 or 3..", "应为整数，如 3..10 或 3.."},
    {"the range ends before it begins", "范围的终点在起点之前"},
    {"there is no search index yet", "尚无检索索引"},
    // Addresses (crawler/url.h).
    {"not an address that can be asked: *", "不是可以访问的网址：$1"},
    {"a user name stands in it", "其中写有用户名"},
    {"no host", "没有主机名"},
    {"the host is no name", "主机名不合规"},
    {"the host has a forbidden character", "主机名中有不允许的字符"},
    {"names beyond ASCII cannot be converted here", "本机不能转换中文主机名"},
    {"port '*'", "端口“$1”有误"},
    {"expected http or https", "只支持 http、https"},
    {"expected http:// or https://", "应以 http:// 或 https:// 开头"},
    {"longer than 8192 bytes", "超过 8192 字节"},
    {"expected #POST:form: or #POST:json: and a body", "应为 #POST:form: 或 #POST:json: 加上内容"},
    // Files of configuration (core/settings.h), source files before all (crawler/source.cc and its like).
    {"TOML: *", "不是正确的 TOML 文件：$1"},
    {"unknown key '*', did you mean '*'?", "没有“$1”这一项，是否应为“$2”"},
    {"unknown key '*'", "没有“$1”这一项"},
    {"missing, expected a text", "缺少，应为引号内的文字"},
    {"missing, expected an address to begin with", "缺少，应写明从哪个网址开始"},
    {"expected a text in quotes", "应为引号内的文字"},
    {"expected a whole number from * to *", "应为 $1 至 $2 之间的整数"},
    {"expected a number from * to *", "应为 $1 至 $2 之间的数"},
    {"expected true or false", "应为 true 或 false"},
    {"expected a date YYYY-MM-DD", "应为日期，如 2015-06-02"},
    {"'*' is none of *; did you mean '*'?", "“$1”不是可用的词（$2），是否应为“$3”"},
    {"'*' is none of *", "“$1”不是可用的词：$2"},
    {"expected an array of texts", "应为一组文字，如 [\"a\", \"b\"]"},
    {"expected a table [*]", "应为表 [$1]"},
    {"expected tables [[*]]", "应为表 [[$1]]"},
    {"expected a single value", "应为单个值"},
    {"no such field: '*', did you mean '*'?", "没有“$1”这个字段，是否应为“$2”"},
    {"no such field: '*'", "没有“$1”这个字段"},
    {"no [[page]] reads a field '*', did you mean '*'?", "没有 [[page]] 读取字段“$1”，是否应为“$2”"},
    {"no [[page]] reads a field '*'; known: *", "没有 [[page]] 读取字段“$1”；读取的有：$2"},
    {"no [[page]] reads a field '*'", "没有 [[page]] 读取字段“$1”"},
    {"is no regular expression (RE2): *", "不是正确的正则表达式（RE2）：$1"},
    {"is no XPath: *", "不是正确的 XPath：$1"},
    {"* is no XPath: *", "#1 不是正确的 XPath：$2"},
    {"there is no [secrets.*]", "没有 [secrets.$1]"},
    {"nothing is known as {*}: a [secrets.NAME] says where a secret comes from",
     "不认识 {$1}：密钥的来处写在 [secrets.名称]"},
    {"nothing is known as {*}, did you mean '*'?", "不认识 {$1}，是否应为“$2”"},
    {"nothing is known as {*}; known: *", "不认识 {$1}；可用：$2"},
    {"nothing is known as {*}", "不认识 {$1}"},
    {"a link of a sitemap or feed has no xpath, match, each and address: only says which it is for",
     "站点地图或订阅的链接不写 xpath、match、each、address，只用 only 说明归谁读取"},
    {"a link needs one of xpath, match and each", "链接须写 xpath、match、each 之一，且只写一个"},
    {"is built from a match or an element, and there is none", "由 match 或 each 的内容拼成，而两者都没有写"},
    {"expected a JSON pointer such as /data/*, and an address that is built of its elements",
     "应为 JSON 指针（如 /data/*），并写明由其元素拼成的 address"},
    {"is of each", "只与 each 同用"},
    {"a record of kind * has no field '*'", "$1 类记录没有字段“#2”"},
    {"a page that makes records needs a key", "读出记录的 [[page]] 须写 key"},
    {"a page that makes records needs [page.columns]", "读出记录的 [[page]] 须写 [page.columns]"},
    {"needs reader = \"*\"", "只用于 reader = \"$1\""},
    {"a JSON pointer needs reader = \"json\"", "JSON 指针只用于 reader = \"json\""},
    {"a pattern needs reader = \"html\" or \"json\"", "正则表达式只用于 reader = \"html\" 或 \"json\""},
    {"expected a JSON pointer and a regular expression (RE2), *", "应为 JSON 指针和正则表达式（RE2），如 $1"},
    {"expected the element of a row, such as /list/firm or //firm", "应为一行所在的元素，如 /list/firm 或 //firm"},
    {"has neither links nor paging nor valid: each line stands for itself",
     "逐行的 JSON 没有链接、翻页和 valid：每行自成一条"},
    {"a sitemap or feed holds no records: it needs [[page.link]] and no kind",
     "站点地图或订阅没有记录：须写 [[page.link]]，不写 kind"},
    {"no such charset: '*'", "没有“$1”这种字符集"},
    {"expected one character", "应为一个字符"},
    {"is less than least_days", "小于 least_days"},
    {"is of pages on the network that make records", "只用于网络来源中读出记录的 [[page]]"},
    {"needs changes = \"records\"", "须与 changes = \"records\" 同用"},
    {"a field of the key says which record it is: it always counts", "key 中的字段决定是哪条记录，总要计入"},
    {"is less than least_rows: no delivery could keep both", "小于 least_rows：两者不可能同时满足"},
    {"is below 1: a delivery as large as the last would break it; 0 means no bound",
     "小于 1：与上次一样多也算不合约定；不设上限写 0"},
    {"lists no value: nothing would be allowed", "没有列出任何值：什么都不允许"},
    {"must be a word that can name a folder", "应为可作文件夹名的词"},
    {"is of sources on the network", "只用于网络来源"},
    {"only rows of tables can be fed again, not those of a page read as *",
     "只有表格（csv、xlsx）的行可以送回，读作 $1 的不行：请改正原文件后重读"},
    {"its crawl of tonight was cut off: finish it first, then feed the rows",
     "本夜中断的抓取尚未抓完：先抓完（tanmiao run 或 crawl），再送回改正的行"},
    {"cannot read the inbox: *", "$1"},
    {"held by process * since * (*)", "正由进程 $1 使用，$2 开始（$3）"},
    {"a source needs at least one [[page]]", "来源至少须有一个 [[page]]"},
    {"a folder source needs inbox", "文件夹来源须写 inbox"},
    {"files of a remote folder leave it: expected part or append", "远程文件夹的文件会撤下：应为 part 或 append"},
    {"an http source needs hosts", "网络来源须写 hosts"},
    {"no [[page]] with reader \"sitemap\" has the role '*' of fetch.robots_sitemaps",
     "没有 reader = \"sitemap\" 的 [[page]] 的 role 是 fetch.robots_sitemaps 所写的“$1”"},
    {"missing, expected the role of the pages that start names", "缺少，应写起始网址是哪种页面（[[page]] 的 role）"},
    {"no [[page]] has the role '*', did you mean '*'?", "没有 [[page]] 的 role 是“$1”，是否为“$2”？"},
    {"no [[page]] has the role '*'; known: *", "没有 [[page]] 的 role 是“$1”；有：$2"},
    {"no [[page]] has the role '*'", "没有 [[page]] 的 role 是“$1”"},
    {"another [[page]] before has the role '*': this one would never be used",
     "前面已有 [[page]] 的 role 是“$1”：这一个永远用不到"},
    {"expected '*' in place of '*', as it is asked", "应写作“$1”，而不是“$2”：访问时用前者"},
    {"the host of '*' is not among hosts, it would never be asked", "“$1”的主机不在 hosts 之内，永远不会访问"},
    {"a user's name or password stands in an address: it comes from [secrets.NAME], not from this file",
     "网址中写有用户名或密码：应来自 [secrets.名称]，不写在本文件中"},
    {"two sources have the id '*'; the other is *", "两个来源的 id 都是“$1”，另一个在 $2"},
    {"is no name of a header", "不是请求头的名称"},
    {"is set by the crawler itself, or would be somebody's session", "由程序自行填写，或属于某人的登录会话，不能写"},
    {"a header is one line without control characters", "请求头应为一行文字，不含控制字符"},
    {"expected a JSON pointer such as /data/total", "应为 JSON 指针，如 /data/total"},
    {"expected a JSON pointer into the body such as /page", "应为指向请求内容的 JSON 指针，如 /page"},
    {"the page gives no rows: expected links or other", "该页没有数据行：应为 links 或 other"},
    {"a secret comes either from env (a variable) or from file (mode 0600)",
     "密钥来自 env（环境变量）或 file（权限 0600 的文件），只写一个"},
    {"the name of a secret has letters, digits, '_' and '-' only", "密钥名只含字母、数字、“_”和“-”"},
    {"a key is a secret: expected {secret:NAME}, with [secrets.NAME] saying where it comes from",
     "签名的 key 是密钥：应写 {secret:名称}，来处写在 [secrets.名称]"},
    {"a request has one body: either form or json", "请求内容只有一种：form 或 json"},
    {"is no JSON: *", "不是 JSON：$1"},
    {"expected counter or cursor (a link to the next page is a [[page.link]])",
     "应为 counter 或 cursor（指向下一页的链接写作 [[page.link]]）"},
    {"the page is asked for without a body: [page.request] has none", "请求没有内容：[page.request] 未写"},
    {"the body has no such place, so that each page would be the first", "请求内容中没有这个位置，每页都会是第一页"},
    {"next is of kind = \"cursor\"", "next 只用于 kind = \"cursor\""},
    {"a cursor needs either next (a JSON pointer) or next_match (RE2)",
     "cursor 须写 next（JSON 指针）或 next_match（正则表达式），只写一个"},
    {"expected the fingerprint of a host key as ssh-keygen -l shows it: SHA256:...",
     "应为 ssh-keygen -l 显示的主机密钥指纹：SHA256:..."},
    {"expected ftp://, ftps:// or sftp://, a host, and a port or folder where needed; no user: *",
     "应为 ftp://、ftps:// 或 sftp:// 加主机，需要时加端口或文件夹，不写用户名：$1"},
    {"a remote folder begins with /: *", "远程文件夹应以 / 开头：$1"},
    {"a part of a remote folder cannot be the name of a folder: *", "其中一段不能作文件夹名：$1"},
    {"a remote folder has one date: *", "远程文件夹只能有一处日期：$1"},
    {"a remote folder has a name: *", "远程文件夹应有名称：$1"},
    {"expected the date as {YYYYMMDD} or {YYYY-MM-DD}: *", "日期应写作 {YYYYMMDD} 或 {YYYY-MM-DD}：$1"},
    {"does not stand in a source file: expected {secret:NAME}", "不写在来源说明中：应为 {secret:名称}"},
    {"a remote source names one host at least", "远程来源至少写一个主机"},
    {"a remote source names one folder at least", "远程来源至少写一个文件夹"},
    {"expected name patterns such as *.zip", "应为文件名样式，如 *.zip"},
    {"an SFTP host without a named key is not asked: *", "没有写明主机密钥的 SFTP 主机不予访问：$1"},
    {"expected a host that shows the same, as https://b.example: *", "应为内容相同的主机，如 https://b.example：$1"},
    {"expected hours of the day such as 22:00-06:00", "应为一天中的时段，如 22:00-06:00"},
    {"expected HTTP statuses such as [403, 412], found '*'", "应为 HTTP 状态码，如 [403, 412]，实为“$1”"},
    {"cannot open the source file", "打不开来源说明文件"},
    {"cannot open the sources: *", "打不开来源说明的文件夹"},
    {"no such configuration file; name one with --config FILE", "没有这个配置文件：用 --config 文件 指明"},
    {"unknown industry '*', did you mean '*'?", "没有“$1”这个行业，是否应为“$2”"},
    {"unknown industry '*'; known: *", "没有“$1”这个行业；可用：$2"},
    {"unknown industry '*'", "没有“$1”这个行业"},
    {"unknown responsible unit '*', did you mean '*'?", "没有“$1”这个责任单位，是否应为“$2”"},
    {"unknown responsible unit '*'; known: *", "没有“$1”这个责任单位；可用：$2"},
    {"unknown responsible unit '*'", "没有“$1”这个责任单位"},
    {"unknown county '*', did you mean '*'?", "没有“$1”这个县区，是否应为“$2”"},
    {"unknown county '*'; known: *", "没有“$1”这个县区；可用：$2"},
    {"unknown county '*'", "没有“$1”这个县区"},
    {"unknown programme '*', did you mean '*'?", "没有“$1”这个资质，是否应为“$2”"},
    {"unknown programme '*'; known: *", "没有“$1”这个资质；可用：$2"},
    {"unknown programme '*'", "没有“$1”这个资质"},
    {"no code of GB/T 4754-2017 begins with '*', did you mean '*'?",
     "GB/T 4754-2017 没有以“$1”开头的代码，是否应为“$2”"},
    {"no code of GB/T 4754-2017 begins with '*': expected such as *",
     "GB/T 4754-2017 没有以“$1”开头的代码：应为 C38、C3252 这样的代码"},
    {"no IPC symbol begins with '*': expected such as *", "没有以“$1”开头的 IPC 分类号：应为 H02K、C22C21/ 这样的写法"},
    {"expected a word: an empty one stands in every name", "应写一个词：空词会把所有企业都算上"},
    {"expected less than max_age_months (*): no firm is of such an age",
     "应小于 max_age_months（$1）：没有企业是这个年龄"},
    {"expected at least one *", "至少应有一个 $1"},
    // Words of commands about sources and what they gave.
    {"no data yet: run tanmiao run first", "尚无数据：先运行 tanmiao run"},
    {"cannot be fetched yet, whoever approves it: *", "尚不能读取，批准也无用：$1"},
    {"is not held: there is nothing to accept", "没有未发布的内容，无须接受"},
    {"is held because it could not be read, which cannot be accepted: *", "因读不出而未发布，不能接受：$1"},
    {"expected addresses, or --firm", "应写网址，或 --firm 企业"},
    {"no raw page of this is kept", "没有存档的原页"},
    {"no page of this address is archived", "这个网址没有存档"},
    {"archive.keep_days is 0, raw pages are kept for ever: say --older-than",
     "archive.keep_days 为 0，原页永久保留：要删除请写 --older-than"},
    {"the disk has * GB left, least_free_gb = * stops a crawl below * GB; what came is kept: make room, run it again",
     "数据所在磁盘只剩 $1 GB，低于停止抓取的 $3 GB（[crawl] least_free_gb = $2，另留十六分之一收尾），抓取已停下。"
     "已取到的都在，腾出空间后再运行同一命令从这里继续"},
    // Of the database (store/sqlite.cc).
    {"no room for * in *: *; make room there, then run the same command again",
     "$2 所在磁盘已满，写不下 $1（$3）：腾出空间后再运行同一命令"},
    {"* in * may not grow any more: *; raise the limit on sizes of files, then run the same command again",
     "$2 中的 $1 不能再增大（$3）：放宽文件大小的限制（ulimit -f）后再运行同一命令"},
    {"* in * is read-only for this user: expected leave to write the folder and the files in it",
     "$2 中的 $1 对当前用户只读：该文件夹及其中的文件应可写"},
    {"* in * cannot be opened: *; expected a folder that is there and that this user may write",
     "$2 中的 $1 打不开（$3）：文件夹应存在，且当前用户可写"},
    {"* in * cannot be read or written: *; look after the disk, then run tanmiao check",
     "$2 中的 $1 读写出错（$3）：请检查磁盘，再运行 tanmiao check"},
    {"asked to stop; the same command goes on from here", "已按要求停下，再运行同一命令从这里继续"},
    {"asked to stop", "已按要求停下，再运行同一命令从这里继续"},
    {"no such table of stop signs; nothing on the network is asked without it", "没有停止标志表：缺了它不访问网络"},
    {"--* is required", "缺少 --$1"},
    {"A subcommand is required", "还缺子命令（subcommand），可用的见 --help"},
    {"* is required", "缺少 $1"},
    {"--* requires --*", "--$1 须与 --$2 同用"},
    {"--* excludes --*", "--$1 与 --$2 不能同用"},
    {"unknown option '*', did you mean '*'?", "没有“$1”这个选项，是否应为“$2”"},
    {"unknown option '*'; known: *", "没有“$1”这个选项；可用：$2"},
    {"unknown option '*'", "没有“$1”这个选项"},
    {"unexpected word '*', did you mean '*'?", "多出“$1”，是否应为“$2”"},
    {"unexpected word '*'; known: *", "多出“$1”；可用：$2"},
    {"unexpected word '*'", "多出“$1”"},
    // Of rule files (config/rubrics/), with the place in the file before them; general ones last.
    {"not a rubric: *", "评价规则有误：$1"},
    {"not a standard: *", "认定标准有误：$1"},
    {"is no JSON: *", "不是正确的 JSON：$1"},
    {"id: '*' is that of * too: expected one of its own", "id：“$1”与 $2 相同，应各不相同"},
    {"valid_from: * is that of * too: expected rules of one programme to begin on different days",
     "valid_from：$1 与 $2 相同，同一项目的各版应自不同日期起"},
    {"the feature '*' stands there twice: it would count twice", "计分项“$1”写了两次，会计两遍"},
    {"the signal '*' stands there twice: it would count twice", "线索“$1”写了两次，会计两遍"},
    {"the signal '*' stands there twice", "线索“$1”写了两次"},
    {"the programme '*' stands there twice", "项目“$1”写了两次"},
    {"*: expected a whole number from * to *, found *", "$1：应为 $2 至 $3 的整数，实为 $4"},
    {"*: expected a number from * to *, found *", "$1：应为 $2 至 $3 的数，实为 $4"},
    {"*: expected a day such as 2022-06-01, found *", "$1：应为日期，如 2022-06-01，实为 $2"},
    {"*: expected a day such as 2022-06-01", "$1：应为日期，如 2022-06-01"},
    {"*: expected a month and a day such as 03-31: *", "$1：应为月和日，如 03-31，实为 $2"},
    {"*: is before valid_from", "$1：早于 valid_from"},
    {"*: is no member, did you mean '*'?", "$1：没有这一项，是否应为“$2”"},
    {"the scorecard in use is missing or damaged; tanmiao runs model --take takes that of the configuration",
     "在用的计分表缺失或已损坏；tanmiao runs model --take 改用配置里的"},
    {"the learned model in use is missing or damaged; without the file that names it the scorecard ranks until a night "
     "has learnt another",
     "在用的学习模型缺失或已损坏；移走写明它的这个文件后，按评分卡排，直到某夜学成另一个"},
    {"the kept model cannot be read: *", "所存的学习模型读不出：$1"},
    {"a tree of the kept model is damaged", "所存的学习模型已损坏"},
    {"too few labels to learn from: * of *", "后来取得的线索只有 $1 家，至少要 $2 家"},
    {"a fold has nothing to learn from", "分组留出后没有可学的"},
    {"none of the leads of that day got the label within the horizon", "当日的线索中其后没有企业取得"},
    {"no lead was known on that day", "当日没有线索"},
    {"*: there is no field '*' of gates, did you mean '*'?", "$1：条件没有“$2”这个字段，是否应为“$3”"},
    {"*: there is no field '*' of gates; known: *", "$1：条件没有“$2”这个字段；可用：$3"},
    {"*: there is no field '*' of gates", "$1：条件没有“$2”这个字段"},
    {"*: two bands from * on", "$1：有两档都从 $2 起"},
    {"*: the band from * ends at *: expected lo below hi", "$1：从 $2 起的一档止于 $3：lo 应小于 hi"},
    {"*: the band from * ends at *: expected null, the last", "$1：从 $2 起的最高一档止于 $3：hi 应为 null"},
    {"*: the band from * ends at *: expected *, where the next one begins",
     "$1：从 $2 起的一档止于 $3：应为 $4，即上一档的起点"},
    {"*: the band from * gives no fewer points than the next one", "$1：从 $2 起的一档得分应低于上一档"},
    {"*: expected a band from 0 on", "$1：应有从 0 起的一档"},
    {"*: expected codes of GB/T 4754 such as C16: *", "$1：应为 GB/T 4754 代码，如 C16，实为 $2"},
    {"*: expected <= of *, found *", "$1：$2 应为 <=，实为 $3"},
    {"*: expected is_true of *, found *", "$1：$2 应为 is_true，实为 $3"},
    {"*: expected is_false of *, found *", "$1：$2 应为 is_false，实为 $3"},
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
