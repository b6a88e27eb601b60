namespace Gaia.Bench.Faults;

/// <summary>What came of the faults of one case.</summary>
internal sealed class FaultCount
{
    public int Faults { get; set; }

    /// <summary>Writes that were under way at a fault and acknowledged.</summary>
    public int Acknowledged { get; set; }

    /// <summary>Values read of what was acknowledged, through both gateways, while the fault lasted.</summary>
    public long Reads { get; set; }

    /// <summary>Of those, older ones through the gateway of the write.</summary>
    public long OlderThroughSame { get; set; }

    /// <summary>Of those, older ones through the other gateway, beyond the staleness bound.</summary>
    public long OlderThroughOther { get; set; }

    public override string ToString() =>
        $"{Faults} faults, {Acknowledged} acknowledged writes, {Reads} reads, {OlderThroughSame} older through the same gateway, {OlderThroughOther} beyond the bound through the other";
}
