from batou import utils
from batou.component import Component
from batou.lib.file import File


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Node:
    def __init__(self, name):
        self.name = name


class Helpers(Component):
    def configure(self):
        results = []
        nodes = {name: Node(name) for name in "abcd"}

        def graph(**edges):
            return {nodes[name]: {nodes[target] for target in targets} for name, targets in edges.items()}

        def names(found):
            return [node.name for node in found]

        results.append(names(utils.topological_sort(graph(a="b", b="c", c=""))))
        results.append(names(utils.topological_sort(graph(a="b"))))
        used = graph(a="b", b="")
        utils.topological_sort(used)
        results.append([(node.name, names(used[node])) for node in sorted(used, key=lambda node: node.name)])
        reverted = utils.revert_graph(graph(a="bc", b="c", c=""))
        results.append([(name, sorted(names(reverted[nodes[name]]))) for name in "abc"])
        ends = graph(a="b", b="")
        results.append((utils.remove_nodes_without_outgoing_edges(ends), names(ends)))
        completed = graph(a="b")
        utils.ensure_graph_data(completed)
        results.append(sorted(names(completed)))
        try:
            utils.topological_sort(graph(b="a", a="b", c="a", d=""))
        except ValueError as error:
            results.append((type(error).__name__, str(error)))
        results.append(str(utils.CycleError({nodes["b"]: [nodes["a"], nodes["c"]], nodes["a"]: [nodes["b"]]})))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
