namespace Gaia;

/// <summary>The names of everything in the graph: resource, connection and discovery names are the same words.</summary>
public static class Resources
{
    public const string Redis = "redis";
    public const string Postgres = "postgres";
    public const string Nats = "nats";

    public const string AuthDb = "authdb";
    public const string ChatDb = "chatdb";
    public const string AssetDb = "assetdb";

    public const string Auth = "auth";
    public const string Chat = "chat";
    public const string Asset = "asset";
    public const string Gateway = "gateway";
}
