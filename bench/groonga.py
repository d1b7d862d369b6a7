"""A groonga to measure against: a database of its own in a folder, spoken to through a process of its own."""
import json
import subprocess

# Pairs of characters with positions, so that a phrase is one; letters and digits of codes one by one, so that a part is found.
TERMS = "table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto"
CODES = "table_create Codes TABLE_PAT_KEY ShortText --default_tokenizer TokenBigramSplitSymbolAlphaDigit --normalizer NormalizerAuto"


class Groonga:
    def __init__(self, folder, rows, columns=("name", "scope", "code")):
        """`rows` have these columns; all but "year" are indexed, after the rows: the quicker way."""
        self.process = subprocess.Popen(["groonga", "-n", str(folder / "db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1, encoding="utf-8")
        self.say("table_create Firm TABLE_NO_KEY")
        for column in columns:
            self.say(f"column_create Firm {column} COLUMN_SCALAR {'ShortText' if column in ('name', 'code', 'year') else 'Text'}")
        for at in range(0, len(rows), 5000):
            part = [dict(zip(columns, row)) for row in rows[at:at + 5000]]
            self.say("load --table Firm --values " + json.dumps(json.dumps(part, ensure_ascii=False), ensure_ascii=False))
        self.say(TERMS)
        self.say(CODES)
        for column in columns:
            if column != "year":
                self.say(f"column_create {'Codes' if column == 'code' else 'Terms'} {column} COLUMN_INDEX|WITH_POSITION Firm {column}")

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

    def select(self, query, columns, condition="", limit=10000):
        """Codes of those that fulfil a query in groonga's syntax, the best first; names count ten times."""
        match = " || ".join("name * 10" if c == "name" else c for c in columns)
        found = self.say(f"select Firm --match_columns '{match}' --query {json.dumps(query, ensure_ascii=False)} --sort_keys -_score "
                         f"--output_columns code --limit {limit}" + (f" --filter {json.dumps(condition)}" if condition else ""))
        return [row[0] for row in found[0][2:]]
