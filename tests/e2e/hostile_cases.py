"""What a hostile server does, case by case, and what has to come of it. See hostile.py."""
import functools
import gzip
import itertools
import socket
import struct
import time
import zlib

KIB, MIB = 1 << 10, 1 << 20
PAGE = ("<html><meta charset=utf-8><body><table><tr><td>滨州敌意科技有限公司</td></tr><tr><td>{code}</td></tr></table>"
        "{more}</body></html>")
HTML = "Content-Type: text/html; charset=utf-8\r\n"
TRIES = 4          # of an address in trouble
YEAR = 365 * 86400


class Case:
    """`asked`: most requests the host may see. `why`: what the source's line in the report has to say. `rows`: what the
    source reads all the same. `slow`: it takes its time, up to the bounds of the source, each time it is tried."""

    def __init__(self, name, page=None, robots=None, starts=("/",), asked=2 + TRIES, why="", rows=0, slow=False,
                 fetch="", hosts=(), https="", names=None, scope="", least_asked=0, limits=True, screen=False):
        self.name, self.page, self.robots, self.starts = name, page, robots, starts
        self.asked, self.why, self.rows, self.slow = asked, why, rows, slow
        self.fetch, self.hosts, self.https, self.names, self.scope = fetch, hosts, https, names, scope
        self.least_asked = least_asked
        self.limits = limits
        self.screen = screen  # what it says is looked at on a terminal, too


def org_code(number):
    """GB 11714: eight digits and a check character."""
    digits = str(10_000_000 + number)
    rest = (11 - sum(int(d) * w for d, w in zip(digits, (3, 7, 9, 10, 5, 8, 4, 2))) % 11) % 11
    return digits + ("X" if rest == 10 else str(rest))


def html(more="", firm=1):
    return PAGE.format(more=more, code=org_code(firm)).encode()


def head(status="200 OK", more=HTML):
    return f"HTTP/1.1 {status}\r\nConnection: close\r\n{more}".encode()


def answer(body=b"", status="200 OK", more=HTML):
    return head(status, more) + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def once(text):
    """`text`: an answer, or what makes one; that is done before anybody asks (`ready`), or it would look like a slow server."""
    def play(talk):
        talk.send(play.ready())
    play.ready = functools.lru_cache(maxsize=None)(text if callable(text) else lambda: text)
    return play


def endless(talk):
    talk.send(head() + b"\r\n<html><body>")
    piece = b"<p>" + b"x" * (64 * KIB)
    while talk.send(piece):
        pass


def endless_chunks(talk):
    talk.send(head(more=HTML + "Transfer-Encoding: chunked\r\n") + b"\r\n")
    piece = b"10000\r\n" + b"x" * (64 * KIB) + b"\r\n"
    while talk.send(piece):
        pass


def drip(before, byte=b"x", every=1.0):
    def play(talk):
        talk.send(before)
        while talk.send(byte):
            time.sleep(every)
    return play


def flood(before, piece):
    def play(talk):
        talk.send(before)
        while talk.send(piece):
            pass
    return play


def nothing(talk):
    talk.wait()


def reset(talk):
    talk.send(answer(html() * 50)[:400])
    talk.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def packed(body, encoding, times=1):
    """Zeros do: what is unpacked is never read."""
    return answer(body, more=HTML + f"Content-Encoding: {encoding}\r\n" * times)


@functools.lru_cache(maxsize=None)
def zeros(mib, layers=1):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b"<p>" + b"\0" * (MIB - 3)
    out = b"".join(squeeze.compress(piece) for _ in range(mib)) + squeeze.flush()
    for _ in range(layers - 1):
        out = gzip.compress(out)
    return out


def redirect(talk, to):
    talk.send(answer(status="302 Found", more=f"Location: {to}\r\n"))


def loop(talk):
    redirect(talk, "/b" if talk.target == "/" else "/")


def chain(length):
    def play(talk):
        at = int(talk.target[1:] or 0)
        if at == length:
            talk.send(answer(html()))
        else:
            redirect(talk, f"/{at + 1}")
    return play


# Where a redirect must not lead. {port}: of a server on the loopback that nobody may ask.
ELSEWHERE = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://127.1:{port}/", "http://2130706433:{port}/",
    "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/", "http://0.0.0.0:{port}/", "http://0:{port}/", "http://rebound.localhost:{port}/",
    "http://localhost.:{port}/", "//127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}\\", "http://user@127.0.0.1:{port}/",
    "http://127.0.0.1:{own}@127.0.0.1:{port}/", "http://１２７.0.0.1:{port}/", "http://127。0。0。1:{port}/",
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
    "http://[fc00::1]/", "http://[fe80::1]/", "http://167772161/", "http://0xa.0.0.1/",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/", "data:text/html,<p>x", "dict://127.0.0.1:{port}/d",
    "ldap://127.0.0.1:{port}/", "javascript:alert(1)", "about:blank", "", "http://", "http://:{port}/", "http://%31%32%37.0.0.1:{port}/",
]


def lead_elsewhere(talk):
    if talk.target == "/":
        links = "".join(f'<a href="{to.format(**talk.ports)}">x</a>' for to in ELSEWHERE)
        return talk.send(answer(html(links + "".join(f'<a href="/to{i}">x</a>' for i in range(len(ELSEWHERE))))))
    redirect(talk, ELSEWHERE[int(talk.target[3:])].format(**talk.ports))


def cookies(number):
    def play(talk):
        more = "".join(f"Set-Cookie: c{i}={'v' * 20}; Domain=127.0.0.1; Path=/; Max-Age=9999\r\n" for i in range(number))
        link = '<a href="/again">x</a>' if talk.target == "/" else ""
        talk.send(answer(html(link, 1 if link else 2), more=HTML + more))
    return play


def calendar(talk):
    day = int(talk.target.partition("day=")[2] or 0)
    talk.send(answer(html(f'<a href="/cal?day={day + 1}">next</a><a href="/cal?day={day + 2}">more</a>')))


SESSION = itertools.count()


def sessions(talk):
    talk.send(answer(html("".join(f'<a href="/p;jsessionid={next(SESSION):032X}">x</a><a href="/p?PHPSESSID={next(SESSION):032x}">y</a>'
                                  for _ in range(50)))))


def dots(talk):
    talk.send(answer(html("".join(f'<a href="{"/." * i}/p">x</a><a href="{"./" * i}p">x</a><a href="{"/x/.." * i}/p">x</a>'
                                  f'<a href="/%2e{"/%2E" * i}/%70">x</a>' for i in range(1, 100)))))


def deeper(talk):
    talk.send(answer(html('<a href="a/b/">x</a><a href="b/">y</a>')))


def many_links(talk):
    if talk.target == "/":
        return talk.send(answer(html("".join(f"<a href=/l/{i}>x</a>" for i in range(100_000)))))
    talk.send(answer(html()))


def nested(mib):
    return answer(b"<html><body>" + b"<div>" * (mib * MIB // 5))


def full_of_elements(mib):
    piece = b"<p a=b><i>x</i>"
    return answer(b"<html><body>" + piece * int(mib * MIB / len(piece)))


def long_robots(mib):
    def play(talk):
        rules = b"User-agent: *\nDisallow: /private\n"
        talk.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + rules)
        line = b"Disallow: /" + b"x" * 1000 + b"\n"
        for _ in range(mib * MIB // len(line)):
            if not talk.send(line):
                return
    return play


ESCAPES = "\x1b]0;taken\x07\x1b[2J\x1b[31m\x9b1m"  # title of the window, bell, screen cleared, red; CSI in one character


def escapes(talk):
    """Sequences that a terminal obeys, wherever a host's words are told."""
    raw = ESCAPES.encode()
    if talk.target == "/":
        bad = html("", 7).replace(org_code(7).encode(), b"A" + raw)  # a row that is refused, its value told
        links = b"".join(b'<a href="' + link + b'">x</a>' for link in (b"/good/8", b"/good/9", b"/good/10", b"/good/11", b"/good/12", b"/busy", b"/away", b"/x" + raw, b"ftp://h/" + raw))
        return talk.send(answer(bad.replace(b"</body>", links + b"</body>")))
    if talk.target.startswith("/good/"):
        return talk.send(answer(html("", int(talk.target[6:])).replace("滨州敌意".encode(), "滨州".encode() + raw)))
    if talk.target == "/away":
        return talk.send(head("302 Away", "Location: http://127.0.0.1:1/" + ESCAPES + "\r\nContent-Length: 0\r\n") + b"\r\n")
    if talk.target != "/busy":
        return talk.send(answer(raw, "404 None" + ESCAPES))
    talk.send(b"HTTP/1.1 503 Busy" + raw + b"\r\nConnection: close\r\nRetry-After: " + raw + b"\r\nContent-Length: 0\r\n\r\n")


def with_private(talk):
    talk.send(answer(html('<a href="/private/a">x</a>')))


LENGTH = "Content-Length: {}\r\n"


def lengths(*values):
    return head(more=HTML + "".join(LENGTH.format(v) for v in values)) + b"\r\n" + html()


def cases(full):
    """`full`: sizes and bounds as in service; else small ones, for a run in seconds."""
    bomb, layers = (1024, 3) if full else (64, 3)
    robots = 100 if full else 4
    deep = 16 if full else 1
    size = len(html())
    chunked = HTML + "Transfer-Encoding: chunked\r\n"
    return [
        Case("a good answer (control)", once(answer(html())), rows=1, asked=2, why=""),
        Case("endless body", endless, asked=2, why="超过允许的大小"),
        Case("endless body in chunks", endless_chunks, asked=2, why="超过允许的大小"),
        Case("slow body, a byte a second", drip(head() + LENGTH.format(10 * MIB).encode() + b"\r\n"), why="超时", slow=True),
        Case("slow head, a byte a second", drip(b"HTTP/1.1 200 OK\r\nX-A: "), why="超时", slow=True),
        Case("no answer at all", nothing, why="超时", slow=True),
        Case("endless chunk extension", flood(head(more=chunked) + b"\r\n5;", b"a" * 4096), why="超时", slow=True),
        Case("gzip bomb", once(lambda: packed(zeros(bomb), "gzip")), asked=2, why="损坏或过大"),
        Case("gzip bomb, three layers", once(lambda: packed(zeros(bomb, layers), "gzip", layers)), asked=2, why="损坏或过大"),
        Case("gzip, gzip", once(lambda: packed(zeros(bomb, 2), "gzip, gzip")), asked=2, why="损坏或过大"),
        Case("deflate bomb", once(lambda: packed(zlib.compress(b"\0" * (bomb * MIB // 8)), "deflate")), asked=2, why="内容编码为"),
        Case("br, though only gzip was asked for", once(packed(b"\x5b\xff\xff\x03" + b"\0" * 100, "br")), asked=2, why="内容编码为"),
        Case("unknown Content-Encoding", once(packed(html(), "x-none")), asked=2, why="内容编码为"),
        Case("damaged gzip", once(packed(gzip.compress(html())[:-9], "gzip")), asked=2, why="损坏或过大"),
        Case("head of 100,000 lines", flood(head(), b"".join(b"X-%d: y\r\n" % i for i in range(100_000))), asked=2, why="超过允许的大小"),
        Case("head line without end", flood(head() + b"X-Long: ", b"x" * 4096), asked=2, why="超过允许的大小"),
        Case("trailers without end", flood(head(more=chunked) + b"\r\n5\r\nhello\r\n0\r\n", b"X-T: y\r\n" * 100), asked=2, why="超过允许的大小"),
        Case("1xx without end", flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), asked=2, why="超过允许的大小"),
        Case("103 with a growing head", flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50), asked=2, why="超过允许的大小"),
        Case("redirect loop", loop, asked=8, why="重定向超过五次"),
        Case("chain of 5 redirects (control)", chain(5), asked=7, rows=1),
        Case("chain of 6 redirects", chain(6), asked=7, why="重定向超过五次"),
        Case("redirects and links to loopback, private addresses, other schemes", lead_elsewhere, rows=1,
             asked=2 + len(ELSEWHERE) + 5, least_asked=2 + len(ELSEWHERE) + 5,  # an empty Location leads to itself
             why="网址抓取失败"),
        Case("names that lead to loopback and private addresses", None, names={
            "rebound.example": "127.0.0.1", "six.example": "::1", "mapped.example": "::ffff:127.0.0.1", "ten.example": "10.99.0.1",
            "link.example": "169.254.169.254", "ula.example": "fd00::7", "shared.example": "100.64.0.1", "zero.example": "0.0.0.0"},
            asked=0, why="不是公网地址"),
        Case("the same name, its address written down in the source (control)", once(answer(html())), names={"rebound.example": "127.0.0.1"},
             hosts=("127.0.0.1:{own}",), asked=2, rows=1),
        Case("length too short", once(lengths(60)), asked=2, why=""),
        Case("length too long", once(lengths(size + 1000)), why="未到声明的长度"),
        Case("length negative", once(lengths(-5)), why="应答有误"),
        Case("length of 2^63", once(lengths(1 << 63)), why="不是数字"),
        Case("two different lengths", once(lengths(size, size - 5)), why="两个不同的长度"),
        Case("chunk size that is no number", once(head(more=chunked) + b"\r\nzz\r\nhello\r\n0\r\n\r\n"), why="取|失败"),
        Case("chunk size of 2^64", once(head(more=chunked) + b"\r\nffffffffffffffffff\r\nhello"), why="取|失败"),
        Case("chunks cut off", once(head(more=chunked) + b"\r\n100\r\nhello"), why="取|失败"),
        Case("empty answer", once(b""), why="没有应答"),
        Case("reset in the middle", reset, why="中断"),
        Case("HTTP/0.9", once(html()), why="取|失败"),
        Case("NUL bytes in the head", once(head(more="X-A: a\0b\r\n") + b"\r\n" + html()), why="取|失败"),
        Case("NUL bytes in the page", once(answer(html().replace(b"<table>", b"\0\0<table>\0"))), asked=2, rows=1),
        Case("cookies by the thousand", cookies(1000), asked=3, rows=2),
        Case("cookies beyond the bound of a head", cookies(5000), asked=2, why="超过允许的大小"),
        Case("100,000 links on a page", many_links, asked=42, least_asked=20, rows=1, fetch="most_requests = 40\n", why="上限", limits=False),
        Case("calendar without end", calendar, asked=25, least_asked=10, rows=1, scope="most_alike = 10\n", why="不跟随"),
        Case("a new session id in each link", sessions, asked=4, rows=1),
        Case("/./././ and the like", dots, asked=4, rows=1),
        Case("ever deeper folders", deeper, asked=400, rows=1, why="不跟随", scope="most_folders = 7\n"),
        Case("a page of nothing but elements, within the bound", once(lambda: full_of_elements(7.9 if full else 0.9)), asked=2),
        Case("a page of nothing but elements, beyond it", once(lambda: full_of_elements(60 if full else 9)), asked=2,
             why="网页超过 8 MiB", limits=False),
        Case("elements nested without end", once(lambda: nested(deep)), asked=2, why="", limits=False),
        Case("Retry-After of a year", once(answer(status="503 Busy", more=f"Retry-After: {YEAR}\r\n")), asked=2, why="要求等待"),
        Case("Retry-After negative", once(answer(status="503 Busy", more="Retry-After: -99999\r\n")), why="503"),
        Case("Retry-After of 400 digits", once(answer(status="429 Slow", more=f"Retry-After: {'9' * 400}\r\n")), asked=2, why="要求等待"),
        Case("words that a terminal obeys", escapes, asked=40, why="退回行占 100%", screen=True,
             robots=once(answer(b"User-agent: *" + ESCAPES.encode() + b"\nSitemap: http://h/" + ESCAPES.encode() + b"\nUser-agent: *\nAllow: /\n", more=""))),
        Case("robots.txt of 100 MB" if full else "long robots.txt", with_private, long_robots(robots), asked=2, rows=1, why="robots.txt|抓取"),
        Case("slow robots.txt", once(answer(html())), drip(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\n"), asked=TRIES, why="robots.txt", slow=True),
        Case("robots.txt leads to the loopback", once(answer(html())), lambda talk: redirect(talk, "http://127.0.0.1:{port}/robots.txt".format(**talk.ports)),
             asked=1, why="robots.txt"),
        Case("robots.txt as a gzip bomb", once(answer(html())), once(lambda: packed(zeros(bomb), "gzip")), asked=1, why="robots.txt"),
        Case("TLS: a certificate of a known authority (control)", once(answer(html())), https="good", asked=2, rows=1),
        Case("TLS: self-signed", once(answer(html())), https="own", asked=0, why="robots.txt|证书"),
        Case("TLS: of another host", once(answer(html())), https="other", asked=0, why="robots.txt|证书"),
        Case("TLS: expired", once(answer(html())), https="old", asked=0, why="robots.txt|证书"),
        Case("TLS: the server speaks plain HTTP", once(answer(html())), https="plain", asked=2 * TRIES, why="robots.txt|加密"),
    ]
