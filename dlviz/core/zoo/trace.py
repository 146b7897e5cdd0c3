"""From a PyTorch module to its anatomy: one symbolic walk, one pass of tensors without numbers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx, nn

from dlviz.core.receptive import receptive_fields
from dlviz.core.zoo.anatomy import WHOLE, Anatomy, Fork, Items, Op, Station
from dlviz.core.zoo.names import BLOCKS, JOINS, SILENT, extra_of, op_of

_TALL, _WIDE = 3000, 128  # the picture in which receptive fields are measured, uncut


class _Tracer(fx.Tracer):
    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        whole = ("StochasticDepth", "LayerNorm2d", "Permute")
        return type(m).__name__ in whole or super().is_leaf_module(m, module_qualified_name)


class _Shapes(fx.Interpreter):
    """Runs the graph on "meta" and remembers what every node answers."""

    def __init__(self, module: nn.Module, graph: fx.Graph) -> None:
        super().__init__(fx.GraphModule(module, graph))
        self.shapes: dict[str, tuple[int, ...]] = {}

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if isinstance(result, Tensor):
            shape = tuple(result.shape[1:])
            if len(shape) == 3 and shape[0] == shape[1] != shape[2]:
                shape = (shape[2], *shape[:2])  # turned about: pictures and maps are square
            self.shapes[n.name] = shape
        return result


def anatomy(module: nn.Module, picture: tuple[int, int, int]) -> Anatomy:
    """What ``module`` (on "meta": no numbers are needed) does with pictures C×H×W.

    Blocks are modules of the classes in ``BLOCKS``. Works for networks whose blocks' paths part
    and meet in pairs (chains, Inception, residual, squeeze-and-excitation). Raises ValueError for
    a path that is no chain outside of blocks.
    """
    module = module.to("meta").eval()
    graph = _Tracer().trace(module)
    shapes = _Shapes(module, graph)
    with torch.no_grad():
        shapes.run(torch.empty(1, *picture, device="meta"))
    return Anatomy(picture, _Reader(module, graph, shapes.shapes).stations())


class _Reader:
    def __init__(
        self, module: nn.Module, graph: fx.Graph, shapes: dict[str, tuple[int, ...]]
    ) -> None:
        self.module, self.shapes = module, shapes
        self.nodes = [n for n in graph.nodes if n.op not in ("get_attr", "output")]
        self.order = {node: place for place, node in enumerate(self.nodes)}
        self.users = {
            node: [user for user in self.nodes if user in node.users] for node in self.nodes
        }
        places = [n for n in self.nodes if isinstance(self._layer(n), _PLACES)]
        fields, _ = receptive_fields(module, [str(n.target) for n in places], _TALL, _WIDE)
        self.fields = {
            name: int((field.rows[:, 1] - field.rows[:, 0]).max()) for name, field in fields.items()
        }
        self.sights = {self.nodes[0]: 1}
        for node in self.nodes[1:]:
            self.sights[node] = self._sight(node)

    def _layer(self, node: fx.Node) -> nn.Module | None:
        return self.module.get_submodule(str(node.target)) if node.op == "call_module" else None

    def _sight(self, node: fx.Node) -> int:
        found = self.fields.get(str(node.target)) if node.op == "call_module" else None
        if found is None:
            sources = [source for source in node.all_input_nodes if source in self.sights]
            found = max(self.sights[source] for source in sources)
            shape = self.shapes.get(node.name, ())
            # In the tall picture an adaptive pool would take in more than in the real one.
            shrunk = shape[1:] == (1, 1) != self.shapes[sources[0].name][1:]
            return WHOLE if len(shape) < 3 or shrunk else found
        return WHOLE if found >= _TALL else found

    def stations(self) -> tuple[Station, ...]:
        """Block by block, operation by operation."""
        found: list[Station] = []
        loose: list[Op | Fork] = []

        def put_down() -> None:
            found.extend(Station(item.title, item.kind, (item,)) for item in loose)  # type: ignore[union-attr]
            loose.clear()

        place = 1
        while place < len(self.nodes):
            node = self.nodes[place]
            path, title, kind = _block_of(node)
            if path:
                put_down()
                last = place
                while last + 1 < len(self.nodes) and _block_of(self.nodes[last + 1])[0] == path:
                    last += 1
                block = self.nodes[place : last + 1]
                items = self._block(block)
                found.append(Station(title, kind, items))
                place = last + 1
            else:
                if self.nodes[place - 1] not in node.all_input_nodes:
                    raise ValueError(f"The path at {node.name} is no chain.")
                self._append(loose, node)
                place += 1
        put_down()
        return tuple(found)

    def _block(self, block: list[fx.Node]) -> Items:
        inside = set(block)
        entry = next(n for n in block[0].all_input_nodes if n not in inside and n in self.order)
        return tuple(self._walk(entry, block[-1], inside, []))

    def _walk(
        self, at: fx.Node, last: fx.Node, inside: set[fx.Node], items: list[Op | Fork]
    ) -> list[Op | Fork]:
        """Go on behind ``at`` until ``last`` has been taken in."""
        while at is not last:
            ways = [user for user in self.users[at] if user in inside]
            if len(ways) == 1:
                at = ways[0]
                self._append(items, at)
                continue
            join = self._meet(at, last, inside)
            before = [n for n in join.all_input_nodes if n in self.order]
            branches: list[Items] = []
            for way in ways:
                if way is join:
                    branches.append(())
                    continue
                end = next(n for n in before if n is not at and self._leads(way, n, inside))
                branches.append(tuple(self._walk(way, end, inside, self._append([], way))))
            items.append(Fork(tuple(branches), self._join(join)))
            at = join
        return items

    def _leads(self, start: fx.Node, end: fx.Node, inside: set[fx.Node]) -> bool:
        return start is end or any(
            self._leads(user, end, inside)
            for user in self.users[start]
            if user in inside and self.order[user] <= self.order[end]
        )

    def _meet(self, at: fx.Node, last: fx.Node, inside: set[fx.Node]) -> fx.Node:
        """The first node that every way from ``at`` to ``last`` goes through."""
        within = [n for n in self.nodes[self.order[at] + 1 : self.order[last] + 1] if n in inside]
        ways = {at: 1}
        for node in within:
            ways[node] = sum(ways.get(source, 0) for source in node.all_input_nodes)
        back = {last: 1}
        for node in reversed([at, *within[:-1]]):
            back[node] = sum(back.get(user, 0) for user in self.users[node])
        met: fx.Node = next(n for n in within if ways[n] * back.get(n, 0) == ways[last])
        return met

    def _join(self, node: fx.Node) -> Op:
        return Op(JOINS[_name(node)], "join", self.shapes[node.name], 0, 0, self.sights[node])

    def _append(self, items: list[Op | Fork], node: fx.Node) -> list[Op | Fork]:
        """A norm or an activation counts with the operation before it."""
        layer, name = self._layer(node), _name(node)
        own = sum(p.numel() for p in layer.parameters()) if layer is not None else 0
        own += sum(self._attribute(n) for n in node.all_input_nodes if n.op == "get_attr")
        shape, sight = self.shapes[node.name], self.sights[node]
        extra = extra_of(layer, name)
        if (
            extra is None
            and (layer is not None or name not in SILENT)
            and type(layer).__name__ not in SILENT
        ):
            found = op_of(layer, name, shape)
            items.append(Op(found[0], found[1], shape, own, found[2], sight))
            return items
        words = (extra,) if extra else ()
        if not items:
            if words or own:
                items.append(Op(extra or "scale", "norm", shape, own, 0, sight))
            return items
        last = items[-1]
        old = last if isinstance(last, Op) else last.join
        new = Op(
            old.title,
            old.kind,
            _as_maps(shape, old),
            old.parameters + own,
            old.multiply_adds,
            sight if len(shape) == 3 else old.sight,
            old.extras + words,
        )
        items[-1] = new if isinstance(last, Op) else Fork(last.branches, new)
        return items

    def _attribute(self, node: fx.Node) -> int:
        value: Any = self.module
        for part in str(node.target).split("."):
            value = getattr(value, part)
        return value.numel() if isinstance(value, nn.Parameter) else 0


_PLACES = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)


def _as_maps(shape: tuple[int, ...], before: Op) -> tuple[int, ...]:
    """What a norm or a permutation leaves; flattening is no operation of its own."""
    return before.shape if len(shape) < 3 and len(before.shape) == 3 else shape


def _name(node: fx.Node) -> str:
    target = node.target
    return str(target if isinstance(target, str) else getattr(target, "__name__", target)).strip(
        "_"
    )


def _block_of(node: fx.Node) -> tuple[str, str, str]:
    """The outermost block around a node: path, title, kind; empty texts outside of blocks."""
    stack = node.meta.get("nn_module_stack") or {}
    for path, (_, kind) in stack.items():
        name = kind.__name__ if isinstance(kind, type) else str(kind).rpartition(".")[2]
        if name in BLOCKS:
            return str(path), *BLOCKS[name]
    return "", "", ""
