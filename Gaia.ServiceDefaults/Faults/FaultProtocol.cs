namespace Gaia;

/// <summary>How a process is broken.</summary>
public static class FaultKind
{
    /// <summary>It keeps its connections and answers nobody, for a while.</summary>
    public const string Freeze = "freeze";

    /// <summary>It is gone at once, and started again.</summary>
    public const string Kill = "kill";
}
