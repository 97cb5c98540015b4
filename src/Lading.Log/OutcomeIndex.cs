using System.Numerics;
using Lading.Kernel;

namespace Lading.Log;

/// <summary>
/// Which outcome block holds a command id: an open-addressing table of 64 key bits and a block number, 12 bytes a slot,
/// at most 60 % full.
/// The block itself is read on a hit only, so two ids that share 64 bits cost a read and never a wrong answer.
/// </summary>
public sealed class OutcomeIndex
{
    private ulong[] keys = new ulong[1 << 12];
    private uint[] blocks = new uint[1 << 12];

    /// <summary>Ids remembered.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers that an id is in a block (numbered from 1).</summary>
    public void Add(UInt128 id, long block)
    {
        if ((Count + 1) * 10L > keys.Length * 6L)
            Grow();
        Insert(KeyOf(id), checked((uint)block));
        Count++;
    }

    /// <summary>Adds the blocks that may hold an id: usually none or one.</summary>
    public void Find(CommandId id, List<long> into)
    {
        var key = KeyOf(id.Value);
        var mask = keys.Length - 1;
        for (var slot = Slot(key, mask); blocks[slot] != 0; slot = (slot + 1) & mask)
            if (keys[slot] == key)
                into.Add(blocks[slot]);
    }

    private static ulong KeyOf(UInt128 id) => (ulong)id ^ BitOperations.RotateLeft((ulong)(id >> 64), 32);

    private static int Slot(ulong key, int mask) => (int)((key * 0x9E3779B97F4A7C15UL) >> 32) & mask;

    private void Insert(ulong key, uint block)
    {
        var mask = keys.Length - 1;
        var slot = Slot(key, mask);
        while (blocks[slot] != 0)
            slot = (slot + 1) & mask;
        (keys[slot], blocks[slot]) = (key, block);
    }

    private void Grow()
    {
        var (oldKeys, oldBlocks) = (keys, blocks);
        keys = new ulong[oldKeys.Length * 2];
        blocks = new uint[oldBlocks.Length * 2];
        for (var i = 0; i < oldKeys.Length; i++)
            if (oldBlocks[i] != 0)
                Insert(oldKeys[i], oldBlocks[i]);
    }
}
