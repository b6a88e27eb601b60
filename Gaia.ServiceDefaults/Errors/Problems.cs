namespace Gaia;

/// <summary>The details that clients look for, word for word.</summary>
public static class Problems
{
    public const string NotAuthenticated = "Not authenticated. Provide a valid JWT or API Key.";
}
