"""Graphs, as {node: iterable of the nodes it points to}, and the order of their nodes."""

from _collections import defaultdict


class CycleError(ValueError):
    """A graph has a cycle. The argument is the part of the graph that holds it."""

    def __str__(self):
        lines = []
        graph = self.args[0]
        for node in sorted(graph, key=_node_name):
            lines.append(f"{_node_name(node)} depends on")
            lines.extend(f"        {name}" for name in sorted(map(_node_name, graph[node])))
        return "\n".join(lines)


def _node_name(node):
    return str(getattr(node, "name", node))


def ensure_graph_data(graph):
    """Adds nodes that are only pointed to. Returns the graph."""
    for targets in list(graph.values()):
        for target in targets:
            if target not in graph:
                graph[target] = set()
    return graph


def revert_graph(graph):
    """Returns the graph with all edges turned round."""
    reverted = defaultdict(set)
    for node in graph:
        reverted[node]
    for node, targets in graph.items():
        for target in targets:
            reverted[target].add(node)
    return reverted


def remove_nodes_without_outgoing_edges(graph):
    """Removes the nodes that point nowhere. Edges to them are left."""
    for node in [node for node, targets in graph.items() if not targets]:
        del graph[node]


def _keep_ways_to_cycles(graph):
    """Removes nodes that do not lead into a cycle, with the edges to them."""
    sources = revert_graph(graph)
    remaining = {node: len(set(targets)) for node, targets in graph.items()}
    ready = [node for node, count in remaining.items() if not count]
    while ready:
        node = ready.pop()
        del graph[node]
        for source in sources[node]:
            remaining[source] -= 1
            if not remaining[source]:
                ready.append(source)
    for node, targets in graph.items():
        graph[node] = {target for target in targets if target in graph}


def topological_sort(graph):
    """Returns the nodes so that each one comes before those it points to; nodes that are free to choose follow their order in the graph.

    The graph loses its edges. Raises `CycleError` if there is no such order.
    """
    ensure_graph_data(graph)
    position = {node: number for number, node in enumerate(graph)}
    incoming = dict.fromkeys(graph, 0)
    for targets in graph.values():
        for target in set(targets):
            incoming[target] += 1
    ready = [node for node, count in incoming.items() if not count]
    result = []
    while ready:
        node = ready.pop()
        result.append(node)
        targets = graph[node]
        graph[node] = type(targets)()
        for target in sorted(set(targets), key=position.__getitem__):
            incoming[target] -= 1
            if not incoming[target]:
                ready.append(target)
    if len(result) < len(graph):
        for node in result:
            del graph[node]
        _keep_ways_to_cycles(graph)
        raise CycleError(graph)
    return result
