using Baton.EndToEnd.Job;

// A job's producer and its worker, as an application that knows nothing of Baton would write them, and a hop between two queues that
// loses the trace context. Each ends when its standard input closes, so that none outlives the test that started it.
if (JobArguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(JobArguments.Usage);
    return 2;
}
using var inputClosed = new CancellationTokenSource();
_ = Task.Run(() =>
{
    while (Console.In.Read() >= 0)
    {
    }
    inputClosed.Cancel();
});
switch (arguments.Command)
{
    case "produce":
        await Producer.RunAsync(arguments);
        break;
    case "work":
        await Worker.RunAsync(arguments, inputClosed.Token);
        break;
    default:
        await StrippingHop.RunAsync(arguments, inputClosed.Token);
        break;
}
return 0;
