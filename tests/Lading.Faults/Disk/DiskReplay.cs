namespace Lading.Faults.Disk;

/// <summary>
/// A disk that has received what was recorded up to some moment. What was synced is sure; of the rest, power loss keeps
/// any part: writes are dropped, torn at 512 bytes and so in effect reordered, files and names that no sync of their
/// folder made sure are gone.
/// </summary>
internal sealed class DiskReplay
{
    private readonly IReadOnlyList<DiskChange> changes;
    private readonly Dictionary<string, Node> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> sureNames = new(StringComparer.Ordinal);
    private readonly List<Naming> unsureNames = [];
    private readonly Node root = new(IsFolder: true);
    private readonly bool journaled;
    private int done;

    /// <param name="before">What the folder held, durably, before the record began; null: nothing.</param>
    /// <param name="journaled">Whether the sync of a file also makes its name sure, as ext4, XFS and Btrfs do, and as
    /// PostgreSQL relies on; POSIX asks for a sync of the folder.</param>
    public DiskReplay(IReadOnlyList<DiskChange> changes, string? before, bool journaled = false)
    {
        (this.changes, this.journaled) = (changes, journaled);
        if (before is null)
            return;
        foreach (var folder in Directory.EnumerateDirectories(before, "*", SearchOption.AllDirectories))
            Sure(Path.GetRelativePath(before, folder), new Node(IsFolder: true));
        foreach (var file in Directory.EnumerateFiles(before, "*", SearchOption.AllDirectories))
        {
            var node = new Node(IsFolder: false);
            node.Sure.Write(0, File.ReadAllBytes(file));
            Sure(Path.GetRelativePath(before, file), node);
        }
    }

    /// <summary>What was answered on standard output up to here.</summary>
    public List<string> Answers { get; } = [];

    /// <summary>Receives changes up to a moment; only forward.</summary>
    public void AdvanceTo(int moment)
    {
        for (; done < moment; done++)
            Take(changes[done], done);
    }

    /// <summary>Writes one of the possible states after a power loss at this moment into an empty folder.</summary>
    /// <param name="without">Files left out altogether, as a careless copy does.</param>
    public void WriteImage(string folder, Random random, Func<string, bool>? without = null)
    {
        var there = new Dictionary<string, Node>(sureNames, StringComparer.Ordinal);
        var kept = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var group in unsureNames.GroupBy(n => n.Folder))
            kept[group.Key] = random.Next(group.Count() + 1); // a folder's changes reach the disk in their order
        foreach (var naming in unsureNames)
            if (--kept[naming.Folder] >= 0)
                naming.Apply(there);
        var dropped = random.Next(4) switch
        {
            0 => 1.0,
            1 => 0.0,
            _ => random.NextDouble(),
        };
        foreach (var (path, node) in there.OrderBy(t => t.Key, StringComparer.Ordinal))
            if (HasFolders(path, there) && without?.Invoke(path) != true)
                Write(Path.Combine(folder, path), node, random, dropped);
    }

    private static void Write(string path, Node node, Random random, double dropped)
    {
        if (node.IsFolder)
        {
            Directory.CreateDirectory(path);
            return;
        }

        var bytes = node.Sure;
        if (node.Unsure.Count > 0)
        {
            bytes = bytes.Copy();
            foreach (var (change, _) in node.Unsure)
                if (random.NextDouble() >= dropped)
                    Apply(bytes, change, random.Next(10) == 0 ? random : null);
        }

        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        RandomAccess.Write(file, bytes.Span, 0);
    }

    private static bool HasFolders(string path, Dictionary<string, Node> there)
    {
        for (
            var parent = Path.GetDirectoryName(path);
            parent is { Length: > 0 };
            parent = Path.GetDirectoryName(parent)
        )
            if (!there.TryGetValue(parent, out var node) || !node.IsFolder)
                return false;
        return true;
    }

    private void Take(DiskChange change, int at)
    {
        switch (change.Kind)
        {
            case 'A':
                Answers.AddRange(change.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
                break;
            case 'W' or 'T' when names.TryGetValue(change.Path, out var file):
                file.Unsure.Add((change, at));
                break;
            case 'F' when Find(change.Path) is { } node:
                node.SyncBegun = at;
                break;
            case 'S' when Find(change.Path) is { } node:
                Sync(change.Path, node);
                break;
            case 'C' or 'D':
                Name(new Naming(change.Path, new Node(change.Kind == 'D'), null, at));
                break;
            case 'U':
                Name(new Naming(change.Path, null, null, at));
                break;
            case 'R' or 'L' when names.TryGetValue(change.Path, out var node):
                Name(new Naming(change.Text, node, change.Kind == 'R' ? change.Path : null, at));
                break;
        }
    }

    private Node? Find(string path) => path.Length == 0 ? root : names.GetValueOrDefault(path);

    private void Sure(string path, Node node) => (names[path], sureNames[path]) = (node, node);

    private void Name(Naming naming)
    {
        naming.Apply(names);
        unsureNames.Add(naming);
    }

    private void Sync(string path, Node node)
    {
        if (node.IsFolder)
        {
            SureNames(path, node.SyncBegun);
            return;
        }

        if (journaled && unsureNames.FindLast(n => ReferenceEquals(n.Node, node) && n.At < node.SyncBegun) is { } own)
            SureNames(own.Folder, own.At + 1);
        foreach (var (change, _) in node.Unsure.Where(u => u.At < node.SyncBegun))
            Apply(node.Sure, change, null);
        node.Unsure.RemoveAll(u => u.At < node.SyncBegun);
    }

    /// <summary>What happened to a folder's names before a moment is sure from now on.</summary>
    private void SureNames(string folder, int before)
    {
        foreach (var naming in unsureNames.Where(n => n.Folder == folder && n.At < before).ToList())
        {
            naming.Apply(sureNames);
            unsureNames.Remove(naming);
        }
    }

    private static void Apply(Bytes bytes, DiskChange change, Random? tear)
    {
        if (change.Kind == 'T')
        {
            bytes.Cut((int)change.Offset);
            return;
        }

        var data = change.Data.Span;
        if (tear is not null && data.Length > 512)
        {
            var edge = 512 * tear.Next(1, (data.Length + 511) / 512);
            var from = tear.Next(2) == 0 ? 0 : edge;
            bytes.Write(change.Offset + from, from == 0 ? data[..edge] : data[edge..]);
            return;
        }

        bytes.Write(change.Offset, data);
    }

    private sealed record Node(bool IsFolder)
    {
        public Bytes Sure { get; } = new();

        public List<(DiskChange Change, int At)> Unsure { get; } = [];

        public int SyncBegun { get; set; }
    }

    /// <summary>A name that came, went (no node) or moved.</summary>
    private sealed record Naming(string Path, Node? Node, string? From, int At)
    {
        public string Folder { get; } = System.IO.Path.GetDirectoryName(Path) ?? "";

        public void Apply(Dictionary<string, Node> to)
        {
            if (From is not null)
                to.Remove(From);
            if (Node is null)
                to.Remove(Path);
            else
                to[Path] = Node;
        }
    }

    private sealed class Bytes
    {
        private byte[] bytes = [];
        private int length;

        public ReadOnlySpan<byte> Span => bytes.AsSpan(0, length);

        public void Write(long offset, ReadOnlySpan<byte> data)
        {
            Reach((int)offset + data.Length);
            data.CopyTo(bytes.AsSpan((int)offset));
        }

        public void Cut(int size)
        {
            if (size < length)
                Array.Clear(bytes, size, length - size);
            Reach(size);
            length = size;
        }

        public Bytes Copy() => new() { bytes = bytes[..length], length = length };

        private void Reach(int size)
        {
            if (size > bytes.Length)
                Array.Resize(ref bytes, Math.Max(size, Math.Min(bytes.Length * 2, bytes.Length + (16 << 20))));
            length = Math.Max(length, size);
        }
    }
}
