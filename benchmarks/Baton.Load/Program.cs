using System.CommandLine;
using Baton.Load.Compare;
using Baton.Load.Generate;
using Baton.Load.Hop;
using Baton.Load.Record;
using Baton.Load.Sink;
using Baton.Load.Soak;

var root = new RootCommand("Measures what Baton costs a span, beside a hop that does nothing but pass requests on.")
{
    GenerateCommand.Create(),
    SinkCommand.Create(),
    HopCommand.Create(),
    CompareCommand.Create(),
    RecordCommand.Create(),
    SoakCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
