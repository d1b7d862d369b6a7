"""A groonga to measure against: a database of its own in a folder, spoken to through a process of its own."""
import json
import re
import subprocess

SCHEMA = (
    "table_create Firm TABLE_NO_KEY",
    "column_create Firm name COLUMN_SCALAR ShortText", "column_create Firm scope COLUMN_SCALAR Text",
    "column_create Firm code COLUMN_SCALAR ShortText",
)
# Pairs of characters with positions, so that a phrase is one; letters and digits of codes one by one, so that a part is found.
INDEX = (
    "table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto",
    "column_create Terms name COLUMN_INDEX|WITH_POSITION Firm name", "column_create Terms scope COLUMN_INDEX|WITH_POSITION Firm scope",
    "table_create Codes TABLE_PAT_KEY ShortText --default_tokenizer TokenBigramSplitSymbolAlphaDigit --normalizer NormalizerAuto",
    "column_create Codes code COLUMN_INDEX|WITH_POSITION Firm code",
)


class Groonga:
    name = "groonga"

    def __init__(self, folder, rows=None):
        """`rows`: (name, scope, code); without them the database that lies there is opened."""
        self.path = folder / "db"
        new = rows is not None
        self.process = subprocess.Popen(["groonga", *(["-n"] if new else []), str(self.path)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1, encoding="utf-8")
        if not new:
            return
        for command in SCHEMA:
            self.say(command)
        for at in range(0, len(rows), 5000):
            part = [{"name": n, "scope": s, "code": c} for n, s, c in rows[at:at + 5000]]
            self.say("load --table Firm --values " + json.dumps(json.dumps(part, ensure_ascii=False), ensure_ascii=False))
        for command in INDEX:  # after the rows: the quicker way
            self.say(command)

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if answer[0][0]:
            raise RuntimeError(f"{command[:200]}: {answer[0][3]}")
        return answer[1]

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)

    def select(self, query, limit=10000):
        """Codes of those that fulfil a query in groonga's syntax, the best first."""
        quoted = json.dumps(query, ensure_ascii=False)
        found = self.say(f"select Firm --match_columns 'name * 10 || scope || code' --query {quoted} --sort_keys -_score "
                         f"--output_columns code --limit {limit}")
        return [row[0] for row in found[0][2:]]

    def ask(self, kind, query):
        """Of bench/search_golden.py: its language in groonga's."""
        def word(text):
            return '"' + re.sub(r'["\\]', "", text) + '"'
        if kind == "mixed":
            if "established" in query:
                return []
            parts = []
            text = re.sub(r"（(\S+) \| (\S+)）", lambda m: parts.append(f"({word(m[1])} OR {word(m[2])})") or "", query.replace("AND NOT ", "-"))
            positive = [f"scope:@{word(w[6:])}" if w.startswith("scope:") else word(w) for w in text.split() if w[0] != "-"]
            negative = [" -" + word(w[1:]) for w in text.split() if w[0] == "-"]
            return self.select(" ".join(positive + parts) + "".join(negative))
        wanted, *without = re.sub('["“”「」（）()]', " ", query).strip().split(" -")
        return self.select(word(wanted.strip()) + "".join(" -" + word(w.strip()) for w in without))
