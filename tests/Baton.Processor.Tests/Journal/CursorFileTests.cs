using System.Text;
using Baton.Processor.Journal;
using Baton.Testing.Disk;

namespace Baton.Processor.Tests.Journal;

/// <summary>A cursor's file is written in place, and is whole at any moment.</summary>
public sealed class CursorFileTests
{
    private const string Path = "/journal/otlp.cursor";

    private readonly SimulatedDisk _disk = new();

    [Fact]
    public void The_highest_intact_line_counts()
    {
        using var file = new CursorFile(_disk, Path, sync: false);
        foreach (var position in (long[])[0, 9, 10, 12_345_678_901])
        {
            file.Write(position);
            Assert.Equal(position, Read());
        }
        var lines = Encoding.ASCII.GetString(_disk[Path]).Split('\n');
        Assert.Equal(["baton-cursor 1 10 ", "baton-cursor 1 12345678901 ", ""], lines.Select(line => line.Length == 0 ? line : line[..(line.LastIndexOf(' ', line.TrimEnd().Length - 1) + 1)]));
        _disk[Path][70] ^= 1;
        Assert.Equal(10, Read());
        _disk[Path][3] ^= 1;
        Assert.Equal(-1, Read());
    }

    [Fact]
    public void The_line_of_a_former_version_is_read()
    {
        using (var file = _disk.Open(Path, DiskOpen.Create)) file.Write([Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(CursorFile.Format(77)).TrimEnd() + "\n")], 0);
        Assert.Equal(77, Read());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_call_is_the_last_one_the_file_states_the_last_or_the_last_but_one_position(bool sync)
    {
        for (var last = 1; last < 30; last++)
        {
            for (var written = 0; written < CursorFile.MaxBytes; written += 13)
            {
                var disk = new SimulatedDisk();
                using var file = new CursorFile(disk, Path, sync);
                file.Write(0);
                var from = disk.Calls;
                disk.Inject = call => call.Number >= from + last ? DiskFault.CrashAfter(written) : null;
                var position = 0L;
                while (!disk.IsDead) TryWrite(file, ++position);
                foreach (var after in (SimulatedDisk[])[disk.AfterProcessCrash(), .. sync ? [disk.AfterPowerLoss(new Random(last))] : Array.Empty<SimulatedDisk>()])
                {
                    using var left = after.Open(Path, DiskOpen.Read);
                    var bytes = new byte[CursorFile.MaxBytes];
                    Assert.True(CursorFile.TryParse(bytes.AsSpan(0, left.Read(bytes, 0)), out var found));
                    Assert.InRange(found, position - 1, position);
                }
            }
        }
    }

    [Fact]
    public void After_a_failure_the_file_is_replaced()
    {
        using var file = new CursorFile(_disk, Path, sync: false);
        file.Write(1);
        _disk.Inject = call => call.Operation == DiskOperation.Write ? DiskFault.ShortWrite(5) : null;
        Assert.Throws<IOException>(() => file.Write(2));
        _disk.Inject = null;
        Assert.Equal(1, Read());
        file.Write(3);
        Assert.Equal(3, Read());
        Assert.Equal(CursorFile.MaxBytes / 2, _disk[Path].Length);
    }

    private static void TryWrite(CursorFile file, long position)
    {
        try
        {
            file.Write(position);
        }
        catch (IOException)
        {
            // The process has died.
        }
    }

    private long Read() => CursorFile.TryParse(_disk[Path], out var position) ? position : -1;
}
