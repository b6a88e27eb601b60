using Gaia.Caching.Engine;

namespace Gaia.Caching;

/// <summary>
/// A region with typed keys and values. One short declaration:
/// <c>public static readonly Region&lt;Guid, Persona&gt; Personas = new("persona", "persona:") { Version = p => p.Version };</c>
/// All readers share one instance of a value, so values must be immutable.
/// </summary>
public sealed record Region<TKey, TValue> : Region
    where TKey : notnull
    where TValue : class
{
    private readonly Func<TKey, string> format;

    /// <param name="name">What metrics, logs and the administration call it.</param>
    /// <param name="prefix">What every key of the region begins with.</param>
    /// <param name="format">What follows the prefix. Two different keys must give two different texts. Default: <c>ToString()</c>.</param>
    public Region(string name, string prefix, Func<TKey, string>? format = null)
        : base(name, prefix) => this.format = format ?? (static key => key.ToString() ?? "");

    /// <summary>The row's own version, growing with every change. Null, the default, is right for lists and whatever else has none.</summary>
    public Func<TValue, long>? Version { get; init; }

    /// <summary>The moment after which a value must not answer, however long <see cref="Region.Ttl"/> is; a token's expiry, for instance.</summary>
    public Func<TValue, DateTimeOffset?>? Expires { get; init; }

    /// <inheritdoc/>
    public override bool Versioned => Version is not null;

    /// <summary>The key as Redis shows it, without the prefix of the environment.</summary>
    public string Key(TKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return CacheKey.Checked(string.Concat(Prefix, format(key)));
    }

    internal override bool HasExpiry => Expires is not null;

    internal override long? VersionOf(object? value) => value is TValue typed ? Version?.Invoke(typed) : null;

    internal override DateTimeOffset? ExpiryOf(object? value) => value is TValue typed ? Expires?.Invoke(typed) : null;
}
