namespace Gaia;

/// <summary>How the gateway asks the AppHost of a developer's machine to break a process.</summary>
public static class FaultProtocol
{
    /// <summary>A kind of fault: it keeps its connections and answers nobody, for a while.</summary>
    public const string Freeze = "freeze";

    /// <summary>A kind of fault: it is gone at once, and started again.</summary>
    public const string Kill = "kill";

    /// <summary>In seconds.</summary>
    public const int LongestFreeze = 60;

    /// <summary>The header with the key that the AppHost made for the gateway.</summary>
    public const string KeyHeader = "X-Gaia-Fault-Key";
}
