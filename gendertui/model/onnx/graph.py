"""Nodes of an ONNX graph as they are added. A value is known by its name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSET = 17
"""Of 2022: older runtimes read it, too."""
_IR_VERSION = 8


class Graph:
    """A graph that is being built."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, value: NDArray[Any]) -> str:
        """An array that is part of the graph."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, *values: int) -> str:
        """int64 [values]."""
        return self.constant(np.array(values, np.int64))

    def number(self, value: float) -> str:
        """float32, a scalar."""
        return self.constant(np.array(value, np.float32))

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """The value of an operator."""
        (output,) = self.add_several(operator, *inputs, outputs=1, **attributes)
        return output

    def add_several(self, operator: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """The values of an operator, the first so many."""
        names = [f"{operator}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names

    def model(
        self,
        inputs: dict[str, tuple[int, list[str | int]]],
        output: tuple[str, str, list[str | int]],
        about: dict[str, str],
    ) -> ModelProto:
        """The whole, to be written.

        :param inputs: name → type of its elements and its sides, a name for those that vary.
        :param output: the value to give, the name to give it under, and its sides; float32.
        :param about: what is said of it in its metadata.
        """
        value, name, sides = output
        nodes = [*self._nodes, helper.make_node("Identity", [value], [name])]
        graph = helper.make_graph(
            nodes,
            "gendertui",
            [helper.make_tensor_value_info(each, kind, shape) for each, (kind, shape) in inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, sides)],
            self._constants,
        )
        model = helper.make_model(
            graph, producer_name="gendertui", opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION
        )
        helper.set_model_props(model, about)
        return model
