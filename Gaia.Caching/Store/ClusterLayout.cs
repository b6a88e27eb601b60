using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Gaia.Caching.Store;

/// <summary>Which primary of a cluster has which hash slots.</summary>
/// <param name="Primaries">In the order of their addresses.</param>
/// <param name="Owners">By hash slot, the index of the primary; that of the first one where nobody has it.</param>
/// <param name="Epoch">Grows with each failover and each slot that moves: of two views the one with more is the newer.</param>
internal sealed record ClusterLayout(IReadOnlyList<EndPoint> Primaries, ushort[] Owners, long Epoch)
{
    private const int SlotCount = 16_384;

    /// <summary>The column of CLUSTER NODES that has the epoch.</summary>
    private const int EpochColumn = 6;

    /// <returns>Null when nobody has a slot.</returns>
    public static ClusterLayout? Of(ClusterConfiguration? cluster)
    {
        ClusterNode[] owners =
        [
            .. (cluster?.Nodes ?? []).Where(node => node is { IsReplica: false, Slots.Count: > 0, EndPoint: not null })
                .OrderBy(node => node.EndPoint!.ToString(), StringComparer.Ordinal),
        ];
        if (owners is [])
        {
            return null;
        }

        var slots = new ushort[SlotCount];
        for (var i = 0; i < owners.Length; i++)
        {
            foreach (var range in owners[i].Slots)
            {
                Array.Fill(slots, (ushort)i, range.From, range.To - range.From + 1);
            }
        }

        return new([.. owners.Select(owner => owner.EndPoint!)], slots, owners.Sum(EpochOf));
    }

    public bool IsSameAs(ClusterLayout? other) => other is not null && Primaries.SequenceEqual(other.Primaries) && Owners.AsSpan().SequenceEqual(other.Owners);

    private static long EpochOf(ClusterNode node) =>
        node.Raw.Split(' ') is { Length: > EpochColumn } columns && long.TryParse(columns[EpochColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : 0;
}
