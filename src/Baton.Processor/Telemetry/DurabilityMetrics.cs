using Baton.Processor.State;
using Prometheus;

namespace Baton.Processor.Telemetry;

/// <summary>What is wrong with what is on disk: losses, faults, and space. All stay at 0 (and the free space large) where nothing is.</summary>
internal sealed class DurabilityMetrics(Instruments instruments)
{
    private readonly InstrumentFamily<Counter.Child> _ranges = instruments.Counter(
        "baton_journal_damaged_ranges_total", "Ranges of the journal that were found damaged or missing, at the start or in reading. A copy of the file is kept as .corrupt.");

    private readonly InstrumentFamily<Counter.Child> _bytes = instruments.Counter("baton_journal_lost_bytes_total", "Bytes in those ranges.");

    private readonly InstrumentFamily<Counter.Child> _entries = instruments.Counter(
        "baton_journal_lost_entries_total", "Requests known to have been in those ranges; accepted, and neither forwarded (where that was still due) nor judged.");

    private readonly InstrumentFamily<Counter.Child> _writeFailures = instruments.Counter(
        "baton_journal_write_failures_total", "Writes to the journal that the disk refused. Their senders were told to retry.");

    private readonly InstrumentFamily<Counter.Child> _faults = instruments.Counter(
        "baton_state_faults_total",
        "Faults of the saved state: a checkpoint that could not be recovered (unreadable_checkpoint), all of them (lost), a record that is damaged (damaged_record), a checkpoint that could not be written (failed_checkpoint).",
        "fault");

    private readonly InstrumentFamily<Gauge.Child> _stalled = instruments.Gauge(
        "baton_state_stalled", "1 while the state's disk takes nothing; it is tried again until it does.");

    private readonly InstrumentFamily<Gauge.Child> _free = instruments.Gauge(
        "baton_disk_free_bytes", "Free space on the disk of journal or state, whichever has less. Below journal.min_free new requests are refused.");

    /// <summary>Reads the parts before each scrape.</summary>
    public void Watch(Journal.Journal journal, StateDirectory state) => instruments.OnScrape(() =>
    {
        var loss = journal.Loss;
        _ranges.With().IncTo(loss.Ranges);
        _bytes.With().IncTo(loss.Bytes);
        _entries.With().IncTo(loss.Entries);
        _writeFailures.With().IncTo(journal.WriteFailures);
        _faults.With("unreadable_checkpoint").IncTo(state.UnreadableCheckpoints);
        _faults.With("lost").IncTo(state.Origin == StateOrigin.Lost ? 1 : 0);
        _faults.With("damaged_record").IncTo(state.DamagedRecords);
        _faults.With("failed_checkpoint").IncTo(state.FailedCheckpoints);
        _stalled.With().Set(state.IsStalled ? 1 : 0);
        _free.With().Set(journal.FreeBytes);
    });
}
