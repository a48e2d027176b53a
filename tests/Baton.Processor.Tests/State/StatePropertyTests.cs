using Baton.Continuity.Join;
using Baton.Processor.State;
using Baton.Testing;
using Baton.Testing.Disk;
using static Baton.Processor.Tests.State.StateAccess;

namespace Baton.Processor.Tests.State;

/// <summary>Random batches, checkpoints and crashes, against a dictionary.</summary>
public sealed class StatePropertyTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public async Task What_is_recovered_is_what_the_dictionary_held_at_that_checkpoint(int seed, bool powerLoss)
    {
        var run = new RandomRun(new Random(seed), powerLoss);
        // Until there was enough of each.
        for (var step = 0; step < 150 || run.Crashes < 3 || run.Checkpoints < 6; step++) await run.Step();
        run.Close();
    }

    [Fact]
    public async Task Compaction_loses_nothing_and_brings_nothing_back_whenever_the_process_is_killed()
    {
        using var temporary = new TempDirectory();
        var fixture = new StateFixture(temporary["0"]) { MemoryBytes = 12 << 20 };
        var random = new Random(7);
        var expected = new Dictionary<StateKey, byte[]>();
        var saved = expected;
        for (var kill = 1; kill <= 3; kill++)
        {
            using (var directory = fixture.Open())
            {
                directory.Stores[0].AssertHolds(saved);
                expected = new(saved);
                for (var round = 0; round < 12; round++)
                {
                    var changes = Enumerable.Range(0, 6000).Select(_ => Key(random.Next(12_000))).Distinct()
                        .Select(key => (key, random.Next(3) == 0 ? [] : Value(random.Next(), 60 + random.Next(200)))).ToArray();
                    directory.Stores[0].Put(changes);
                    Apply(expected, changes);
                    if (round % 3 != 1) continue;
                    Assert.True(await directory.CheckpointAsync(round, default));
                    saved = new(expected);
                }
                directory.Stores[0].AssertHolds(expected);
                Assert.InRange(directory.Faster().LogBytes, 0, 40 << 20);
                fixture = fixture.AfterKill(temporary, $"{kill}");
            }
        }
        using var last = fixture.Open();
        last.Stores[0].AssertHolds(saved);
    }

    private static void Apply(Dictionary<StateKey, byte[]> expected, IEnumerable<(StateKey Key, byte[] Value)> changes)
    {
        foreach (var (key, value) in changes)
        {
            if (value.Length == 0) expected.Remove(key);
            else expected[key] = value;
        }
    }

    private sealed class RandomRun(Random random, bool powerLoss)
    {
        private readonly Dictionary<long, Dictionary<StateKey, byte[]>> _at = new() { [0] = [] };

        // How much a loss of power asks it depends on what was just being written: what follows must not depend on that.
        private readonly Random _ofPower = new(random.Next());
        private Dictionary<StateKey, byte[]> _expected = [];
        private SimulatedDisk _disk = new();
        private StateDirectory? _directory;
        private Task<bool>? _checkpoint;
        private long _begun;
        private long _completed;

        public int Crashes { get; private set; }

        public int Checkpoints { get; private set; }

        public async Task Step()
        {
            _directory ??= Open();
            switch (random.Next(12))
            {
                case 0:
                    await Complete();
                    _at[++_begun] = new(_expected);
                    _checkpoint = _directory.CheckpointAsync(_begun, BitConverter.GetBytes(_begun));
                    break;
                case 1:
                    await Complete();
                    break;
                case 2 when random.Next(3) == 0:
                    Crash();
                    break;
                case 3:
                    _directory.Stores[0].AssertHolds(_expected);
                    break;
                default:
                    var changes = Enumerable.Range(0, random.Next(1, 40)).Select(_ => Key(random.Next(60))).Distinct().Select(key => (key, RandomValue())).ToArray();
                    _directory.Stores[0].Put(changes);
                    Apply(_expected, changes);
                    break;
            }
        }

        public void Close() => _directory?.Dispose();

        private byte[] RandomValue() => random.Next(4) switch { 0 => [], 1 => Value(random.Next(), random.Next(1, 3000)), _ => Value(random.Next(), random.Next(1, 200)) };

        private async Task Complete()
        {
            if (_checkpoint is null) return;
            Assert.True(await _checkpoint);
            _checkpoint = null;
            _completed = _begun;
            Checkpoints++;
        }

        private void Crash()
        {
            var next = powerLoss ? _disk.AfterPowerLoss(_ofPower) : _disk.AfterProcessCrash();
            _directory!.Dispose();
            (_disk, _directory, _checkpoint) = (next, null, null);
            Crashes++;
        }

        private StateDirectory Open()
        {
            var directory = new StateFixture("/state") { Disk = _disk, MemoryBytes = 9 << 20 }.Open();
            var position = directory.ReplayFrom ?? 0;
            Assert.InRange(position, _completed, _begun);
            Assert.Equal(position == 0 ? [] : BitConverter.GetBytes(position), directory.Tables.ToArray());
            _expected = new(_at[position]);
            directory.Stores[0].AssertHolds(_expected);
            _completed = position;
            return directory;
        }
    }
}
