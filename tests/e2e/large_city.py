#!/usr/bin/env python3
"""A demo city whose register has more pages than a source's default bounds let pass (most_depth 50, most_requests 2000):
its register is complete, and is published in one night."""
from harness import Bench, arguments, check, main

FIRMS = 2600  # 52 pages of the list, each led to by the one before


def body(options):
    with Bench(options, "large") as bench:
        bench.make_city(FIRMS, 100)
        bench.serve_city()
        data = bench.folder / "data"
        bench.approve(data)
        report = bench.json("crawl", "--only", "demo-registry", *bench.of(data), expect=(0, 3))
        register = report["stages"][0]["sources"][0]
        check(register["outcome"] == "published", f"the register is published: {register['why']}")
        check(FIRMS * 0.8 < register["new"] <= FIRMS, f"with {register['new']} of {FIRMS} firms (some are founded later)")
        check(register["requests"] > 2000, f"in {register['requests']} requests")


if __name__ == "__main__":
    main(body, arguments(__doc__))
