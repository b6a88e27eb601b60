namespace Gaia;

/// <summary>How the gateway asks the AppHost of a developer's machine to break a process or a link.</summary>
public static class FaultProtocol
{
    /// <summary>A kind of fault: a process keeps its connections and answers nobody, for a while.</summary>
    public const string Freeze = "freeze";

    /// <summary>A kind of fault: a process is gone at once, and started again.</summary>
    public const string Kill = "kill";

    /// <summary>A kind of fault: a link ends its connections and takes no new ones, for a while.</summary>
    public const string Cut = "cut";

    /// <summary>A kind of fault: a link delays what it carries, for a while.</summary>
    public const string Slow = "slow";

    /// <summary>In seconds.</summary>
    public const int LongestFault = 60;

    /// <summary>The header with the key that the AppHost made for the gateway.</summary>
    public const string KeyHeader = "X-Gaia-Fault-Key";
}
