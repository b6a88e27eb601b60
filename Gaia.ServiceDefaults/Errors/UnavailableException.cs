namespace Gaia;

/// <summary>Something that a service needs does not answer now: the caller hears 503, and may ask again.</summary>
public sealed class UnavailableException(string what, Exception cause) : IOException($"{what} does not answer.", cause);
