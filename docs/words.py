"""The words of pages that are made from the program, by language."""

WORDS = {
    "en": {
        "python": "Python",
        "python about": "Every public name, from its docstring. Points have shape `(…, n)`: one point, "
        "or a million at once.",
        "commands": "Commands",
        "commands about": "What each command says of itself.",
        "words": "Words",
        "words about": "Every word of walks, tables and notes, as `symopt words WORD` explains it. When each is "
                       "said, and what contradicts it: [words for walks](../words.md), [of check](../verdicts.md), "
                       "[of analyze](../analysis.md), [of sweeps](../sweeps.md).",
        "words ends": "How a walk ended",
        "words doing": "What a walk was doing",
        "words others": "Tables and notes",
        "word": "word",
        "meaning": "meaning",
        "schemas": "JSON",
        "schemas about": "What `--json` prints, field by field; each object names its schema in `schema`. A field "
                         "with ? may be missing. The schemas themselves, JSON Schema draft 2020-12, can be fetched; "
                         "the tests hold all that is printed against them.",
        "or": " or ",
        "field": "field",
        "type": "type",
        "gallery": "Gallery",
        "gallery about": "Every loss that has a name, with what it teaches. Its name may stand wherever a formula may. "
                         "Points that are marked are proved where `symopt analyze` can prove them.",
        "one": "Losses of one variable, {}",
        "two": "Losses of two variables, {}",
        "many": "Losses of more variables, {}",
        "source": "Source: ",
        "built": "How this site was built",
        "built about": "By `python -m docs`: {blocks} blocks in both languages, run in {seconds} seconds, {pictures} "
                       "pictures, movies and pages, each with the seconds of the command that made it.",
        "page": "page",
        "picture": "picture",
        "seconds": "seconds",
        "methods": "Methods",
        "methods about": "Every method by its formula, on the same three losses: a cosine from beside its maximum, "
                         "Rosenbrock's valley, Himmelblau's four minima.",
    },
    "zh": {
        "python": "Python 接口",
        "python about": "所有公开的名字，取自各自的文档字符串（英文）。点的形状是 `(…, n)`："
        "可以是一个点，也可以是一百万个。",
        "commands": "命令",
        "commands about": "每条命令的自述。",
        "words": "词汇",
        "words about": "轨迹、表和附注所用的每一个词，就是 `symopt words WORD` 所解释的。什么时候说它、"
                       "什么会与它矛盾，见[轨迹的判词](../words.md)、[check 的判词](../verdicts.md)、"
                       "[analyze 的词](../analysis.md)、[扫描的词](../sweeps.md)。",
        "words ends": "轨迹怎样结束",
        "words doing": "轨迹当时在做什么",
        "words others": "表和附注",
        "word": "词",
        "meaning": "含义",
        "schemas": "JSON 格式",
        "schemas about": "`--json` 打印什么，逐字段列出；每个对象在 `schema` 里写明自己的格式。带 ? 的字段可能没有。"
                         "格式本身（JSON Schema draft 2020-12）可以下载；测试拿打印出来的一切与它们对照。",
        "or": " 或 ",
        "field": "字段",
        "type": "类型",
        "gallery": "图库",
        "gallery about": "所有有名字的损失函数，以及每个函数说明什么。凡是可以写公式的地方，都可以写它的名字。"
                         "图中标出的点，凡是 `symopt analyze` 能证明的，都是证明过的。",
        "one": "一元损失函数（{}）",
        "two": "二元损失函数（{}）",
        "many": "多元损失函数（{}）",
        "source": "出处：",
        "built": "本站怎样生成",
        "built about": "由 `python -m docs` 生成：两种语言共 {blocks} 个代码块，运行了 {seconds} 秒，得到 {pictures} "
                       "幅图、动画和网页，后面是生成它的命令所用的秒数。",
        "page": "页",
        "picture": "图",
        "seconds": "秒",
        "methods": "方法",
        "methods about": "每种方法的公式，以及它在同样三个损失函数上的样子：从极大值旁边出发的余弦、"
                         "Rosenbrock 的峡谷、Himmelblau 的四个极小值。",
    },
}  # fmt: skip
