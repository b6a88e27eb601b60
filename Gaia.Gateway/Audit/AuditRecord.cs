namespace Gaia.Gateway.Audit;

/// <summary>A change that an administrator requested, with its outcome.</summary>
/// <param name="User">Who asked.</param>
/// <param name="CredentialId">The API key or session they used.</param>
/// <param name="Detail">What the path does not say of it, such as the pattern of a flush.</param>
/// <param name="Status">Of the answer.</param>
internal sealed record AuditRecord(
    Guid Id,
    DateTimeOffset At,
    Guid User,
    AuthType AuthType,
    string? CredentialId,
    string Address,
    string Method,
    string Path,
    string? Detail,
    int Status)
{
    /// <summary>The NATS subject.</summary>
    public const string Subject = "gaia.admin.audit";

    /// <summary>The JetStream stream that keeps it.</summary>
    public const string Stream = "GAIA_ADMIN_AUDIT";
}

/// <param name="Records">Newest first.</param>
/// <param name="Before">Where earlier ones begin; null when these are the earliest.</param>
internal sealed record AuditPage(IReadOnlyList<AuditRecord> Records, ulong? Before);

/// <summary>Set by a route that knows more of a change than its path says.</summary>
/// <param name="IsWrite">Whether it changes anything at all.</param>
internal sealed record AuditDetail(string Text, bool IsWrite = true)
{
    /// <summary>What callers send can be longer than a message of NATS may be.</summary>
    private const int LongestText = 1_000;

    public string Text { get; } = Text.Length <= LongestText ? Text : Text[..LongestText];
}
