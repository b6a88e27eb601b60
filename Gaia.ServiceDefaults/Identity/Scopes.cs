namespace Gaia;

/// <summary>Everything that a credential can be allowed to do.</summary>
public static class Scopes
{
    public const string PersonasWrite = "personas:write";
    public const string Chat = "chat";
    public const string AssetsWrite = "assets:write";
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [PersonasWrite, Chat, AssetsWrite, Admin];
}
