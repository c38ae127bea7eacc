"""The one table of what is said of a walk, in English and Chinese: badges, sentences, remarks and their parts.

A row is a pair of texts with {names} that are filled with numbers and parts; the page gets the table as JSON and fills
it in the same way. A row of ENDS is called by the kind of a flat point, or by the outcome, in some cases with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple


class Words(NamedTuple):
    """A text in both languages."""

    en: str
    zh: str


class Row(NamedTuple):
    """A headline, and a sentence."""

    badge: Words
    sentence: Words


ENDS: dict[str, Row] = {
    "minimum": Row(
        Words("minimum{place}{climbed} {after}", "极小点{place}{climbed}{after}"),
        Words("a minimum at {where}", "{where} 处的极小点"),
    ),
    "maximum": Row(
        Words("MAXIMUM{place}{climbed} {after}", "极大点{place}{climbed}{after}"),
        Words("a MAXIMUM at {where}{climb}", "{where} 处的极大点{climb}"),
    ),
    "saddle": Row(
        Words("SADDLE{place}{climbed} {after}", "鞍点{place}{climbed}{after}"),
        Words(
            "a SADDLE at {where}: a minimum along some directions, a maximum along others",
            "{where} 处的鞍点：沿一些方向是极小，沿另一些方向是极大",
        ),
    ),
    "inflection": Row(
        Words("INFLECTION{place}{climbed} {after}", "拐点{place}{climbed}{after}"),
        Words(
            "an INFLECTION at {where}: f′ and f″ are zero, f falls to one side and rises to the other{rate}",
            "{where} 处的拐点：f′ 和 f″ 为零，f 向一侧下降，向另一侧上升{rate}",
        ),
    ),
    "degenerate": Row(
        Words("DEGENERATE{place}{climbed} {after}", "退化的临界点{place}{climbed}{after}"),
        Words(
            "a critical point at {where} where the second derivatives cannot tell what it is{rate}",
            "{where} 处的临界点，二阶导数判断不了它是什么{rate}",
        ),
    ),
    "degenerate minimum": Row(
        Words("degenerate minimum{place}{climbed} {after}", "退化的极小点{place}{climbed}{after}"),
        Words("at the degenerate minimum {where}{rate}", "在退化的极小点 {where}{rate}"),
    ),
    "degenerate maximum": Row(
        Words("DEGENERATE MAXIMUM{place}{climbed} {after}", "退化的极大点{place}{climbed}{after}"),
        Words("at the DEGENERATE MAXIMUM {where}{rate}{climb}", "在退化的极大点 {where}{rate}{climb}"),
    ),
    "degenerate saddle": Row(
        Words("DEGENERATE SADDLE{place}{climbed} {after}", "退化的鞍点{place}{climbed}{after}"),
        Words(
            "at the DEGENERATE SADDLE {where}{rate}: f rises along some directions and falls along others",
            "在退化的鞍点 {where}{rate}：f 沿一些方向上升，沿另一些方向下降",
        ),
    ),
    "degenerate valley": Row(
        Words("DEGENERATE{place}{climbed} {after}", "退化的临界点{place}{climbed}{after}"),
        Words(
            "a critical point at {where}: a minimum along some directions, while f does not change along others",
            "{where} 处的临界点：沿一些方向是极小，沿另一些方向 f 不变",
        ),
    ),
    "minimum kink": Row(
        Words("minimum{place} at a kink{climbed} {after}", "尖点处的极小点{place}{climbed}{after}"),
        Words(
            "a minimum at a kink, {where}: f has slope {left} before it and {right} behind it",
            "{where} 尖点处的极小点：左侧斜率 {left}，右侧斜率 {right}",
        ),
    ),
    "maximum kink": Row(
        Words("MAXIMUM{place} at a kink{climbed} {after}", "尖点处的极大点{place}{climbed}{after}"),
        Words(
            "a MAXIMUM at a kink, {where}: f has slope {left} before it and {right} behind it{climb}",
            "{where} 尖点处的极大点：左侧斜率 {left}，右侧斜率 {right}{climb}",
        ),
    ),
    "degenerate kink": Row(
        Words("KINK{place}, no minimum, {after}", "尖点{place}，不是极小点{after}"),
        Words(
            "a kink at {where}, no minimum: f has slope {left} before it and {right} behind it",
            "{where} 处的尖点，不是极小点：左侧斜率 {left}，右侧斜率 {right}",
        ),
    ),
    "minimum kinks": Row(
        Words("minimum at a kink{climbed} {after}", "尖点处的极小点{climbed}{after}"),
        Words(
            "a minimum at a kink, {where}: along {name} f has slope {left} before it and {right} behind it",
            "{where} 尖点处的极小点：沿 {name}，左侧斜率 {left}，右侧斜率 {right}",
        ),
    ),
    "maximum kinks": Row(
        Words("MAXIMUM at a kink{climbed} {after}", "尖点处的极大点{climbed}{after}"),
        Words(
            "a MAXIMUM at a kink, {where}: along {name} f has slope {left} before it and {right} behind it{climb}",
            "{where} 尖点处的极大点：沿 {name}，左侧斜率 {left}，右侧斜率 {right}{climb}",
        ),
    ),
    "degenerate kinks": Row(
        Words("KINK, no minimum, {after}", "尖点，不是极小点{after}"),
        Words(
            "a kink at {where}, from which f falls along some directions and rises along others: no minimum",
            "{where} 处的尖点，f 沿一些方向下降，沿另一些方向上升：不是极小点",
        ),
    ),
    "degenerate jump": Row(
        Words("JUMP OF f{place} {after}", "f 的跳跃点{place}{after}"),
        Words(
            "f jumps at {where}, where its slope fades: no slope tells what it is",
            "f 在 {where} 处跳跃，斜率说明不了什么",
        ),
    ),
    "degenerate constant": Row(
        Words("FLAT{place} {after}: f is constant here", "平坦{place}{after}：f 在此为常数"),
        Words("f is constant around {where}", "f 在 {where} 周围是常数"),
    ),
    "plateau": Row(
        Words("PLATEAU{near}{place}, no critical point confirmed", "平台{place} 附近，未确认有临界点"),
        Words(
            "a plateau at {where}: the slope is tiny ({slope}), but no critical point is confirmed near it",
            "{where} 处的平台：斜率很小（{slope}），但附近未确认有临界点",
        ),
    ),
    "cycle": Row(
        Words("{period}-CYCLE, never converges", "{period}-循环，永不收敛"),
        Words(
            "the points repeat for ever: a {period}-cycle, which never converges",
            "各点不断重复：{period}-循环，永不收敛",
        ),
    ),
    "cycle given": Row(
        Words("{period}-CYCLE at the end", "末尾是 {period}-循环"),
        Words(
            "the points repeat up to the end of the path: a {period}-cycle",
            "各点重复直到路径结束：{period}-循环",
        ),
    ),
    "stalled": Row(
        Words("STALLED{place}, steps below rounding", "停滞{place}，步长小于舍入误差"),
        Words(
            "the steps are below rounding at {where}, where ‖∇f‖ = {slope}",
            "在 {where} 处步长小于舍入误差，‖∇f‖ = {slope}",
        ),
    ),
    "stalled search": Row(
        Words("STALLED{place}, no lower point found", "停滞{place}，找不到更低的点"),
        Words(
            "the method finds no lower point from {where}, where ‖∇f‖ = {slope}",
            "从 {where} 找不到更低的点，‖∇f‖ = {slope}",
        ),
    ),
    "exhausted": Row(
        Words("{steps} used{remark}", "用完 {steps}{remark}"),
        Words("all {steps} were used{doing}; ‖∇f‖ = {slope}", "用完全部 {steps}{doing}；‖∇f‖ = {slope}"),
    ),
    "ran_away": Row(
        Words("RAN AWAY {after}", "跑远了{after}"),
        Words("the points ran away, far beyond the window, by step {k}", "到第 {k} 步，点已远远跑出窗口"),
    ),
    "left_domain": Row(
        Words("LEFT THE DOMAIN at step {k}", "第 {k} 步离开定义域"),
        Words("f is not defined at the next point, {where}", "f 在下一点 {where} 没有定义"),
    ),
    "left_domain overflow": Row(
        Words("f BEYOND 1e308 at step {k}", "第 {k} 步 f 超过 1e308"),
        Words(
            "f, or a number on the way to it, is beyond 1e308 at the next point, {where}: too large to be computed",
            "在下一点 {where}，f 或计算中的某个数超过 1e308，大到无法计算",
        ),
    ),
    "left_domain unknown": Row(
        Words("NO NUMBER FOR f at step {k}", "第 {k} 步 f 没有数值"),
        Words(
            "f gives no number at the next point, {where}: it is not defined there, or too large on the way",
            "f 在下一点 {where} 得不到数值：没有定义，或中间的数太大",
        ),
    ),
    "no_step": Row(
        Words("NO NEXT POINT after step {k}", "第 {k} 步之后没有下一点"),
        Words(
            "the method has no next point at {where}: its formula gives no finite number there",
            "方法在 {where} 没有下一点：公式在那里得不到有限的数",
        ),
    ),
    "no_step given": Row(
        Words("NO NUMBERS after step {k}", "第 {k} 步之后没有数值"),
        Words(
            "no numbers follow {where}: the path diverged, or was broken off",
            "路径在 {where} 之后没有数值：发散了，或中断了",
        ),
    ),
    "no_step zero": Row(
        Words("NO NEXT POINT after step {k}: {bend} = 0", "第 {k} 步之后没有下一点：{bend} = 0"),
        Words(
            "the method has no next point at {where}: it divides by {bend}, which is 0 there",
            "方法在 {where} 没有下一点：它要除以 {bend}，而那里它是 0",
        ),
    ),
    "no_step far": Row(
        Words("NO NEXT POINT after step {k}: too far", "第 {k} 步之后没有下一点：太远"),
        Words(
            "the method has no next point at {where}: the slope is {slope} and {bend} only {size}, so that the next "
            "point lies beyond all numbers",
            "方法在 {where} 没有下一点：斜率 {slope}，而 {bend} 只有 {size}，下一点超出可表示的数",
        ),
    ),
    "no_step lost": Row(
        Words("NO NEXT POINT after step {k}: {bend} lost", "第 {k} 步之后没有下一点：{bend} 丢失"),
        Words(
            "the method has no next point at {where}: it divides by {bend}, which is {size} there, so small beside "
            "the numbers it is computed from that it comes out as 0",
            "方法在 {where} 没有下一点：它要除以 {bend}，那里它是 {size}，小到算出来是 0",
        ),
    ),
    "no_step slope": Row(
        Words("NO NEXT POINT after step {k}: no slope", "第 {k} 步之后没有下一点：没有斜率"),
        Words(
            "the method has no next point at {where}: f has no finite slope there",
            "方法在 {where} 没有下一点：f 在那里没有有限的斜率",
        ),
    ),
}

HOVERING = "hovering, f between {low} and {high}"
"""A remark on walks that chance drives; those of the page are not."""
REMARKS: dict[str, str] = {
    "still descending": "仍在下降",
    "creeping": "缓慢爬行",
    "climbing": "在上升",
    "descending in waves": "起伏着下降",
    "closing in": "正在收敛",
    "closing in, by {factor} a step": "正在收敛，每步乘以 {factor}",
    "oscillating and closing in": "摆动着收敛",
    "oscillating and closing in, by {factor} a step": "摆动着收敛，每步乘以 {factor}",
    "closing in on a {period}-cycle": "正在收敛到 {period}-循环",
    "oscillating": "来回摆动",
    "oscillating without closing in": "摆动而不收敛",
    "oscillating ever wider": "摆动越来越大",
    "bounded, no limit seen (chaos)": "有界而看不到极限（混沌）",
    HOVERING: "徘徊，f 在 {low} 与 {high} 之间",
    "moving off": "越走越远",
    "no trend seen": "看不出趋势",
}
"""What an unfinished walk was doing, English: Chinese."""

PARTS: dict[str, Words] = {
    "step": Words("{k} step", "{k} 步"),
    "steps": Words("{k} steps", "{k} 步"),
    "after": Words("in {steps}", "，{steps}"),
    "start": Words("at the start", "，就在起点"),
    "place": Words(" {letter} = {x}", " {letter} = {x}"),
    "near": Words(" near", ""),
    "climbed": Words(", climbed", "，爬升"),
    "climb": Words(": the method climbed to it", "，方法是爬上去的"),
    "where": Words("{letter} = {x}", "{letter} = {x}"),
    "point": Words("{x} after {steps}", "{steps}后的 {x}"),
    "remark": Words(", {text}", "，{text}"),
    "doing": Words(": {text}", "：{text}"),
    "rate": Words(", closing in linearly by {rate}, still {gap} away", "，以 {rate} 的比率线性逼近，还差 {gap}"),
    "crawl": Words(", closing in ever more slowly, still {gap} away", "，逼近得越来越慢，还差 {gap}"),
    "rose": Words("; f rose in {rises} of {steps}", "；f 在 {steps}中上升 {rises} 次"),
    "rose unseen": Words("; f was not seen to rise in {steps}", "；{steps}中看不出 f 上升"),
    "rose at least": Words("; f rose in at least {rises} of {steps}", "；f 在 {steps}中至少上升 {rises} 次"),
    "best": Words("; its best point was step {best}, f = {least}", "；最好的点是第 {best} 步，f = {least}"),
    "best start": Words("; its best point was the start, f = {least}", "；最好的点是起点，f = {least}"),
    "slope": Words("‖∇f‖ = {slope}", "‖∇f‖ = {slope}"),
}
SENTENCES_ONLY = {"where", "point", "climb", "doing", "rate", "crawl", "best", "best start"}
"""Parts of sentences, which the page does not say."""


class Facts(NamedTuple):
    """What is known of a walk's end, without words. The page makes the same of its own walks.

    word: a row of ENDS. n, k: variables and steps. letter: the variable, of one. x: the last point, or the critical
    point found. climbed: f ended higher than it began. rises: in how many steps f rose. slope: ‖∇f‖ at the end.
    remark: a row of REMARKS. more: numbers that a row names, as text; `rate` is the factor by which the walk closed in.
    """

    word: str
    n: int
    k: int
    letter: str
    x: str
    climbed: bool
    rises: int
    slope: str
    remark: str = ""
    more: Mapping[str, str] = {}


def badge(facts: Facts, language: str = "en") -> str:
    """The headline."""
    return fill(getattr(ENDS[facts.word].badge, language), _values(facts, language))


def sentence(facts: Facts, language: str = "en") -> str:
    """How the walk ended, in how many steps f rose, and where it was best if that is not its end."""
    values = _values(facts, language)
    best = getattr(PARTS["best start" if facts.more.get("best") == "0" else "best"], language)
    text = fill(getattr(ENDS[facts.word].sentence, language), values) + values["rose"]
    return text + (fill(best, values) if "best" in facts.more else "")


def remark(text: str, more: Mapping[str, str], language: str = "en") -> str:
    """A remark with its numbers."""
    return fill(text if language == "en" else REMARKS[text], more) if text else ""


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with {name} as values[name]."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), text)


def _values(facts: Facts, language: str) -> dict[str, Any]:
    values: dict[str, Any] = {**facts._asdict(), **facts.more}

    def part(name: str, wanted: bool = True) -> str:
        return fill(getattr(PARTS[name], language), values) if wanted else ""

    values["steps"] = part("step" if facts.k == 1 else "steps")
    values["after"] = part("after" if facts.k else "start")
    values["place"], values["near"] = part("place", facts.n == 1), part("near", facts.n == 1)
    values["where"] = part("where" if facts.n == 1 else "point")
    values["climbed"], values["climb"] = part("climbed", facts.climbed), part("climb", facts.climbed)
    values["rate"] = part("rate" if facts.more.get("rate") else "crawl", "rate" in facts.more)
    values["text"] = remark(facts.remark, facts.more, language)
    values["remark"], values["doing"] = part("remark", bool(facts.remark)), part("doing", bool(facts.remark))
    values["rose"] = part("rose", facts.k > 0)
    return values


def table() -> dict[str, Any]:
    """What the page reads: headlines, remarks and parts, each as [English, Chinese]."""
    return {
        "ends": {word: list(row.badge) for word, row in ENDS.items()},
        "remarks": {text: [text, chinese] for text, chinese in REMARKS.items() if text != HOVERING},
        "parts": {name: list(words) for name, words in PARTS.items() if name not in SENTENCES_ONLY},
    }
