"""Chains in words: names, expressions, steps, and which place is the holder."""

from __future__ import annotations

import json

import pytest
from pictures import K, Picture

from refscope.analysis.chains import Chain
from refscope.analysis.names import Path, name_chains
from refscope.analysis.places import after_noun
from refscope.heap.vocabulary import RootKind


def named(picture: Picture, target: int, alike: int = 1) -> Path:
    return name_chains(picture.snapshot(), picture, [picture.chain(target, alike)])[0]


def test_a_class_attribute_goes_by_its_dotted_name() -> None:
    # module nlp → dict → class Processor → dict → instance_map {0: …, 1: …, 861 alike} → loader
    picture = Picture()
    processor = picture.make_class("mindmeld.nlp", "Processor")
    instance_map = picture.class_variable(processor, "instance_map", "dict")
    instance = picture.fill(instance_map, "mindmeld.nlp.IntentProcessor", K.KEY, 40)
    loader = picture.hold(instance, "mindmeld.ResourceLoader", K.ATTRIBUTE, "resource_loader")
    path = named(picture, loader, alike=40)
    assert path.holder == "mindmeld.nlp.Processor.instance_map"
    assert path.expression == "mindmeld.nlp.Processor.instance_map[39].resource_loader"
    assert path.shape == "mindmeld.nlp.Processor.instance_map[*].resource_loader"
    assert path.root == "module mindmeld.nlp"
    assert path.mechanism.startswith("class attribute Processor.instance_map")
    assert path.mechanism.endswith("through [*].resource_loader")
    assert path.holder_index == path_position(picture, loader, instance_map)
    assert path.holder_expression == "mindmeld.nlp.Processor.instance_map"


def path_position(picture: Picture, target: int, place: int) -> int:
    return picture.chain(target).indexes.index(place)


def test_instance_dicts_up_to_3_10_fold_into_attributes() -> None:
    # shop.app → dict → orders [9 alike]
    picture = Picture()
    app = picture.variable("shop", "app", "shop.App")
    namespace = picture.hold(app, "dict", K.DICT, "__dict__")
    orders = picture.hold(namespace, "list", K.KEY, "'orders'")
    order = picture.fill(orders, "shop.Order", K.INDEX, 9)
    path = named(picture, order, alike=9)
    assert path.holder == "shop.app.orders"
    assert path.expression == "shop.app.orders[8]"
    assert [step.label for step in path.steps] == ["", ".app", ".orders", "[8]"]


def test_a_dict_that_is_itself_the_target_stays_visible() -> None:
    picture = Picture()
    app = picture.variable("shop", "app", "shop.App")
    namespace = picture.hold(app, "dict", K.DICT, "__dict__")
    path = named(picture, namespace)
    assert path.expression == "shop.app.__dict__"
    assert path.steps[-1].label == ".__dict__"


def test_globals_of_a_function_stand_for_its_module() -> None:
    # __main__.f → __globals__ of shop → cache {…}
    picture = Picture()
    function = picture.variable("__main__", "f", "function", "function shop.f")
    namespace = picture.module("shop")
    picture.hold(function, namespace, K.GLOBALS)
    cache = picture.variable("shop", "cache", "dict")
    picture.roots.pop(picture.modules["shop"][0])
    picture.parents[namespace] = function
    value = picture.fill(cache, "shop.Order", K.KEY, 5)
    path = named(picture, value, alike=5)
    assert path.holder == "shop.cache"
    assert path.expression == "shop.cache[4]"


def test_keys_that_are_no_literals_leave_a_shape_but_no_expression() -> None:
    picture = Picture()
    cache = picture.variable("shop", "cache", "dict")
    value = picture.hold(cache, "shop.Order", K.KEY, "<shop.Key object>", literal=False)
    path = named(picture, value)
    assert path.expression is None
    assert path.shape == "shop.cache[*]"
    assert path.holder == "shop.cache"


def test_the_list_of_a_futures_callbacks_lacks_the_first() -> None:
    picture = Picture()
    future = picture.variable("shop", "done", "_asyncio.Future")
    callbacks = picture.hold(future, "list", K.FIELD, "_callbacks")
    entry = picture.hold(callbacks, "tuple", K.INDEX, "3")
    callback = picture.hold(entry, "shop.Callback", K.INDEX, "0")
    first = picture.hold(future, "shop.First", K.FIELD, "_callbacks[0]", literal=False)
    assert named(picture, callback).expression == "shop.done._callbacks[1:][3][0]"
    assert named(picture, first).expression == "shop.done._callbacks[0][0]"


def test_a_signal_handler_is_told_by_a_call() -> None:
    picture = Picture()
    method = picture.root(
        RootKind.INTERPRETER, "signal handler SIGUSR1", "method", "method shop.App.stop of <App>"
    )
    path = named(picture, picture.hold(method, "shop.App", K.FIELD, "__self__"))
    assert path.expression == "signal.getsignal(signal.SIGUSR1).__self__"
    assert path.holder == "signal handler SIGUSR1 shop.App.stop"


def test_members_of_sets_have_no_expression() -> None:
    picture = Picture()
    live = picture.variable("shop", "live", "set")
    order = picture.fill(live, "shop.Order", K.MEMBER, 4)
    path = named(picture, order, alike=4)
    assert path.expression is None
    assert (path.holder, path.shape) == ("shop.live", "shop.live[*]")


def test_subclasses_of_dict_are_read_below_their_own_getitem() -> None:
    picture = Picture()
    table = picture.variable("shop", "table", "werkzeug.MultiDict")
    value = picture.hold(table, "list", K.KEY, "'a'")
    assert named(picture, value).expression == "dict.__getitem__(shop.table, 'a')"


def test_attribute_names_that_are_no_identifiers_are_looked_up_in_vars() -> None:
    picture = Picture()
    value = picture.variable("shop", "odd name", "shop.Order")
    assert named(picture, value).expression == "vars(shop)['odd name']"


def test_static_methods_are_looked_up_where_the_class_keeps_them() -> None:
    picture = Picture()
    owner = picture.make_class("shop", "App")
    method = picture.class_variable(owner, "build", "staticmethod")
    assert named(picture, method).expression == "vars(shop.App)['build']"


def test_descriptors_are_looked_up_where_the_class_keeps_them() -> None:
    # shop.Model.price is a shop.Price, whose class has a __get__
    picture = Picture()
    descriptor_class = picture.make_class("shop", "Price")
    method = picture.class_variable(descriptor_class, "__get__", "function")
    owner = picture.make_class("shop", "Model")
    price = picture.class_variable(owner, "price", "shop.Price")
    assert named(picture, price).expression == "vars(shop.Model)['price']"
    assert named(picture, price).holder == "shop.Model.price"
    picture.by_edge.pop((picture.id_of(picture.parents[method]), picture.id_of(method)))
    assert named(picture, price).expression == "shop.Model.price"


def test_closure_variables_are_reached_by_the_name_of_the_function() -> None:
    # shop.ask → closure tuple → cell → answers {…}
    picture = Picture()
    function = picture.variable("shop", "ask", "function", "function shop.remember.<locals>.ask")
    cells = picture.hold(function, "tuple", K.FIELD, "__closure__")
    cell = picture.hold(cells, "cell", K.INDEX, "0")
    answers = picture.hold(cell, "dict", K.CELL, "answers")
    answer = picture.fill(answers, "shop.Answer", K.KEY, 6)
    path = named(picture, answer, alike=6)
    assert path.holder == "closure variable answers of shop.ask"
    assert path.expression == "shop.ask.__closure__[0].cell_contents[5]"
    assert "closure variable answers of shop.remember.<locals>.ask" in path.mechanism
    assert [step.label for step in path.steps][-2:] == ["cell answers", "[5]"]


def test_defaults_are_reached_by_position() -> None:
    picture = Picture()
    function = picture.variable("shop", "remember", "function", "function shop.remember")
    defaults = picture.hold(function, "tuple", K.FIELD, "__defaults__")
    seen = picture.hold(defaults, "list", K.INDEX, "0")
    order = picture.fill(seen, "shop.Order", K.INDEX, 6)
    path = named(picture, order, alike=6)
    assert path.holder == "default argument 0 of shop.remember()"
    assert path.expression == "shop.remember.__defaults__[0][5]"


def test_keyword_defaults_are_named() -> None:
    picture = Picture()
    function = picture.variable("shop", "quote", "function", "function shop.quote")
    defaults = picture.hold(function, "dict", K.FIELD, "__kwdefaults__")
    cache = picture.hold(defaults, "dict", K.KEY, "'cache'")
    path = named(picture, cache)
    assert path.holder == "default argument cache of shop.quote()"
    assert path.expression == "shop.quote.__kwdefaults__['cache']"


def test_cells_and_defaults_known_by_name_are_found_in_their_tuple() -> None:
    # the collector reports a tuple's items from the last to the first
    picture = Picture()
    function = picture.variable("shop", "ask", "function", "function shop.remember.<locals>.ask")
    cells = picture.hold(function, "tuple", K.FIELD, "__closure__")
    picture.hold(cells, "cell", K.CLOSURE, "question")
    cell = picture.hold(cells, "cell", K.CLOSURE, "answers")
    answers = picture.hold(cell, "dict", K.CELL, "answers")
    defaults = picture.hold(function, "tuple", K.FIELD, "__defaults__")
    seen = picture.hold(defaults, "list", K.DEFAULT, "seen")
    assert named(picture, answers).expression == "shop.ask.__closure__[0].cell_contents"
    assert named(picture, seen).expression == "shop.ask.__defaults__[0]"
    assert named(picture, seen).holder == "default argument seen of shop.ask()"


def test_values_of_a_thread_local_go_by_its_name_and_the_thread() -> None:
    picture = Picture()
    state = picture.variable("shop", "state", "_thread._local")
    threads = picture.hold(state, "dict", K.FIELD, "values of all threads", literal=False)
    values = picture.hold(threads, "dict", K.KEY, "<editor>", literal=False)
    drafts = picture.hold(values, "list", K.KEY, "'drafts'")
    path = named(picture, picture.fill(drafts, "shop.Draft", K.INDEX, 9), alike=9)
    assert path.holder == "shop.state.drafts (in thread editor)"
    assert path.mechanism == "thread local shop.state, attribute drafts, in thread editor"
    assert path.expression is None


def test_locals_of_a_suspended_generator_are_an_expression() -> None:
    picture = Picture()
    streams = picture.variable("shop", "streams", "list")
    generator = picture.hold(streams, "generator", K.INDEX, "0", about="generator shop.read")
    chunk = picture.hold(generator, "shop.Chunk", K.LOCAL, "chunk")
    path = named(picture, chunk)
    assert path.expression == "shop.streams[0].gi_frame.f_locals['chunk']"
    assert path.holder == "local variable chunk of shop.read()"


def test_a_local_of_one_of_many_threads_goes_by_function_and_variable() -> None:
    picture = Picture()
    frames = [picture.frame("follow", f"feed_{k}") for k in range(4)]
    feed = picture.hold(frames[3], "shop.Feed", K.LOCAL, "feed")
    path = named(picture, feed, alike=4)
    assert path.holder == "local variable feed of follow()"
    assert path.root == "running function follow() in thread feed_3 at __main__.py:31"
    assert "4 threads run it" in path.mechanism
    assert path.expression is None


def test_a_container_below_a_local_says_whose_local_it_starts_from() -> None:
    picture = Picture()
    frame = picture.frame("main", "MainThread")
    app = picture.hold(frame, "shop.App", K.LOCAL, "app")
    rows = picture.hold(app, "list", K.ATTRIBUTE, "rows")
    row = picture.fill(rows, "shop.Row", K.INDEX, 8)
    assert named(picture, row, 8).holder == "app.rows (local variable app of main() in thread MainThread)"


def test_the_shorter_public_name_of_a_shared_global_wins() -> None:
    # __main__, shop._impl and shop.signals all have the same object as a global
    picture = Picture()
    signal = picture.variable("__main__", "done", "blinker.Signal")
    picture.variable("shop._impl", "done", signal)
    picture.variable("shop.signals", "done", signal)
    path = named(picture, signal)
    assert (path.expression, path.root) == ("shop.signals.done", "module shop.signals")


def test_a_class_goes_by_the_module_that_defines_it() -> None:
    # __main__ imported it; the chain came that way
    picture = Picture()
    picture.module("__main__")
    processor = picture.make_class("mindmeld.nlp", "Processor")
    picture.variable("__main__", "P", processor)
    picture.parents[processor] = picture.modules["__main__"][1]
    registry = picture.class_variable(processor, "registry", "list")
    assert named(picture, registry).expression == "mindmeld.nlp.Processor.registry"


# Which place is the holder. Numbers are alike entries.


def test_a_wide_container_above_narrow_ones_is_the_holder() -> None:
    # loggers[40] → .handlers[1] → .job
    picture = Picture()
    loggers = picture.variable("log", "loggers", "dict")
    logger = picture.fill(loggers, "log.Logger", K.KEY, 40)
    handlers = picture.hold(logger, "list", K.ATTRIBUTE, "handlers")
    handler = picture.hold(handlers, "log.Handler", K.INDEX, "0")
    job = picture.hold(handler, "Job", K.ATTRIBUTE, "job")
    path = named(picture, job, alike=40)
    assert path.holder == "log.loggers"
    assert path.mechanism.endswith("through [*].handlers[*].job")


def test_a_wide_container_below_a_usual_one_is_the_holder() -> None:
    # loggers[10] → .handlers[100] → .job: one logger collects them all
    picture = Picture()
    loggers = picture.variable("log", "loggers", "dict")
    logger = picture.fill(loggers, "log.Logger", K.KEY, 10)
    handlers = picture.hold(logger, "list", K.ATTRIBUTE, "handlers")
    handler = picture.fill(handlers, "log.Handler", K.INDEX, 200)
    job = picture.hold(handler, "Job", K.ATTRIBUTE, "job")
    assert named(picture, job, alike=200).holder == "log.loggers[*].handlers"


def test_lists_of_lists_are_blamed_as_a_whole() -> None:
    # users[100] → .events[10]: a thousand events
    picture = Picture()
    users = picture.variable("shop", "users", "dict")
    user = picture.fill(users, "shop.User", K.KEY, 100)
    events = picture.hold(user, "list", K.ATTRIBUTE, "events")
    event = picture.fill(events, "shop.Event", K.INDEX, 10)
    assert named(picture, event, alike=1000).holder == "shop.users"


def test_without_accumulation_the_slot_is_the_holder() -> None:
    picture = Picture()
    app = picture.variable("shop", "app", "shop.App")
    current = picture.hold(app, "shop.Job", K.ATTRIBUTE, "current")
    assert named(picture, current).holder == "shop.app.current"


def test_a_linked_list_goes_by_what_holds_its_head() -> None:
    # shop.log.last → .previous → .previous → …
    picture = Picture()
    log = picture.variable("shop", "log", "shop.Log")
    entry = picture.hold(log, "shop.Entry", K.ATTRIBUTE, "last")
    for _ in range(6):
        entry = picture.hold(entry, "shop.Entry", K.ATTRIBUTE, "previous")
    assert named(picture, entry).holder == "shop.log.last"


def test_an_object_that_is_a_global_goes_by_it_however_the_chain_came() -> None:
    # the chain comes through a default argument, but the registry is a global as well
    picture = Picture()
    function = picture.variable("pool", "finish", "function", "function pool.finish")
    defaults = picture.hold(function, "tuple", K.FIELD, "__defaults__")
    registry = picture.hold(defaults, "dict", K.INDEX, "0")
    picture.variable("pool", "_registry", registry)
    path = named(picture, picture.fill(registry, "pool.Finalizer", K.KEY, 9), alike=9)
    assert path.holder == "pool._registry"
    assert path.expression == "pool._registry[8]"


def test_what_only_native_code_holds_may_still_be_a_global() -> None:
    picture = Picture()
    garbage = picture.root(RootKind.NATIVE, "1 unseen reference", "list")
    picture.variable("gc", "garbage", garbage)
    cell = picture.fill(garbage, "shop.Cell", K.INDEX, 9)
    path = named(picture, cell, alike=9)
    assert (path.holder, path.root) == ("gc.garbage", "module gc")
    assert path.steps[0].text == "module gc"


def test_alike_entries_are_not_named_one_by_one() -> None:
    # each logger is a global of some module, but together they hang on the table of loggers
    picture = Picture()
    loggers = picture.variable("logging", "table", "dict")
    for number in range(9):
        logger = picture.hold(loggers, "logging.Logger", K.KEY, f"'job{number}'")
        picture.variable(f"job{number}", "log", logger)
    path = named(picture, picture.hold(logger, "shop.Job", K.ATTRIBUTE, "job"), alike=9)
    assert path.holder == "logging.table"


def test_a_frame_that_is_known_to_grow_goes_by_its_variable() -> None:
    picture = Picture()
    frame = picture.frame("follow", "feed_3")
    feed = picture.hold(frame, "shop.Feed", K.LOCAL, "feed")
    (path,) = name_chains(picture.snapshot(), picture, [picture.chain(feed)], holders=[0])
    assert path.holder == "local variable feed of follow() in thread feed_3"
    assert path.holder_index == 1


def test_a_container_that_is_known_to_grow_is_the_holder() -> None:
    picture = Picture()
    users = picture.variable("shop", "users", "dict")
    user = picture.fill(users, "shop.User", K.KEY, 100)
    events = picture.hold(user, "list", K.ATTRIBUTE, "events")
    event = picture.fill(events, "shop.Event", K.INDEX, 10)
    chain = picture.chain(event, 1000)
    position = chain.indexes.index(events)
    (path,) = name_chains(picture.snapshot(), picture, [chain], holders=[position])
    assert path.holder == "shop.users[*].events"
    assert path.holder_index == position


def test_a_batch_asks_the_label_source_twice_in_all() -> None:
    picture = Picture()
    cache = picture.variable("shop", "cache", "dict")
    chains: list[Chain] = []
    for number in range(20):
        chains.append(picture.chain(picture.hold(cache, "shop.Order", K.KEY, str(number))))
    paths = name_chains(picture.snapshot(), picture, chains)
    assert [path.expression for path in paths] == [f"shop.cache[{n}]" for n in range(20)]
    assert sorted(picture.questions) == ["describe", "labels"]


def test_a_linked_list_is_folded_to_less_than_forty_steps() -> None:
    picture = Picture()
    node = picture.variable("shop", "head", "shop.Node")
    for _ in range(500):
        node = picture.hold(node, "shop.Node", K.ATTRIBUTE, "next")
    path = named(picture, node)
    assert len(path.steps) < 40
    assert any("464 more steps" in step.text for step in path.steps)
    assert len(path.holder) < 200


def test_a_chain_without_labels_still_has_words() -> None:
    picture = Picture()
    cache = picture.variable("shop", "cache", "dict")
    order = picture.fill(cache, "shop.Order", K.KEY, 5)
    chain = picture.chain(order)
    picture.by_edge.clear()
    path = name_chains(picture.snapshot(), picture, [chain])[0]
    assert path.expression is None
    assert path.holder
    assert path.mechanism


@pytest.mark.parametrize("bad", ["a\nb", "x\u202egnp", "k" * 5000, "\x1b[2J"])
def test_text_of_the_target_is_escaped_and_cut(bad: str) -> None:
    picture = Picture()
    cache = picture.variable("shop", "cache", "dict", about=bad)
    value = picture.hold(cache, "shop.Order", K.KEY, bad, literal=False, about=bad)
    inner = picture.hold(value, f"shop.{bad}", K.ATTRIBUTE, bad, literal=False)
    path = named(picture, inner)
    texts = [path.holder, path.mechanism, path.root, path.shape, *(step.text for step in path.steps)]
    assert all(text.isprintable() for text in texts)
    assert all(len(text) <= 300 for text in texts)
    assert all(len(step.text) <= 200 for step in path.steps)


def test_a_path_is_json() -> None:
    picture = Picture()
    order = picture.variable("shop", "order", "shop.Order")
    value = json.loads(json.dumps(named(picture, order).to_dict()))
    assert {"holder", "mechanism", "root", "expression", "steps"} <= set(value)
    assert value["steps"][0]["kind"] == "module"


def test_native_holders_are_named_by_what_they_hold() -> None:
    picture = Picture()
    database = picture.root(RootKind.NATIVE, "2 unseen references", "sqlite3.Connection")
    path = named(picture, database)
    assert path.root == "native code (2 unseen references)"
    assert path.holder == "native code, through sqlite3.Connection"
    assert path.expression is None


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ("function shop.f.<locals>.g", "shop.f.<locals>.g"),
        ("method shop.App.close of <shop.App at 0x7f>", "shop.App.close"),
        ("built-in method append of <list at 0x7f>", "append"),
        ("class shop.App", "shop.App"),
        ("frame of shop.parse, /srv/shop.py:3", "shop.parse"),
        ("coroutine serve, line 26", "serve"),
        ("finished asynchronous generator ticks", "ticks"),
        ("42 entries", ""),
        ("<shop.App at 0x7f>", ""),
        ("", ""),
    ],
)
def test_the_name_is_taken_out_of_the_words_for_an_object(about: str, name: str) -> None:
    assert after_noun(about) == name


def test_a_key_that_is_an_address_is_not_part_of_a_name() -> None:
    picture = Picture()
    connections = picture.variable("shop", "connections", "dict")
    receivers = picture.hold(connections, "list", K.KEY, "139980224954448")
    path = named(picture, picture.fill(receivers, "shop.Spider", K.INDEX, 5))
    assert path.holder == "shop.connections[*]"
    assert path.expression == "shop.connections[139980224954448][4]"


def test_a_dict_that_a_native_module_keeps_beside_its_globals_goes_by_its_own_name() -> None:
    picture = Picture()
    picture.module("_sqlite3")
    module = picture.modules["_sqlite3"][0]
    adapters = picture.hold(module, "dict", K.FIELD, "module state", literal=False)
    picture.hold(picture.module("_sqlite3"), adapters, K.KEY, "'adapters'")
    path = named(picture, picture.fill(adapters, "shop.Adapter", K.KEY, 5))
    assert path.holder == "_sqlite3.adapters"
    assert path.expression == "_sqlite3.adapters[4]"
