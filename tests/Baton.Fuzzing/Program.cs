using Baton.Fuzzing;

// Instrumented code counts from its first line on.
Coverage.Attach();
return args switch
{
    ["run", var target] => Commands.Run(target),
    ["replay", var target, .. var places] => Commands.Replay(target, places),
    ["cover", var target, var corpus, .. var places] => Commands.Cover(target, corpus, places),
    ["fuzz", var target, .. var rest] when FuzzArguments.TryRead(target, rest, out var arguments) => await Commands.FuzzAsync(arguments),
    _ => Commands.Explain(),
};
