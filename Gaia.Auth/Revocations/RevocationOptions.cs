namespace Gaia.Auth.Revocations;

internal sealed class RevocationOptions
{
    /// <summary>How long a revocation is kept: longer than anything issued before it is valid or cached. Follows from the settings of those.</summary>
    public TimeSpan Retention { get; set; }
}
