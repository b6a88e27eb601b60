namespace Gaia.Gateway.Limits;

/// <summary>Counts what was decided under one policy; metrics read it, so that a decision costs one increment.</summary>
internal sealed class DecisionTally
{
    private long admitted;
    private long refused;

    public long Admitted => Interlocked.Read(ref admitted);

    public long Refused => Interlocked.Read(ref refused);

    public void Count(in Decision decision) => Interlocked.Increment(ref decision.IsAdmitted ? ref admitted : ref refused);
}
