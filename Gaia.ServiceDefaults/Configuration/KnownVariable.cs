namespace Gaia;

/// <summary>An environment variable that users set. The AppHost hands it on, the docs list it, and the publisher knows from here what is a secret.</summary>
/// <param name="Name">As users set it.</param>
/// <param name="Default">What holds without it, in words; empty when that is nothing, or the default of the option that it sets.</param>
/// <param name="Meaning">For the reference.</param>
/// <param name="Services">Who reads it; none means all of them.</param>
public sealed record KnownVariable(string Name, string Default, string Meaning, params string[] Services)
{
    /// <summary>A password, a key, or a URL that may have one in it: never written to a file.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What the AppHost takes for itself, or makes for the services: not handed on as it stands.</summary>
    public bool IsAppHosts { get; init; }

    public bool IsReadBy(string service) => Services is [] || Services.Contains(service);
}
