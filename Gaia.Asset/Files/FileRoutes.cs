namespace Gaia.Asset.Files;

internal static class FileRoutes
{
    public const string Root = "/api/v1/assets";

    public static string Of(Guid id) => $"{Root}/{id}";

    public static string ContentOf(Guid id) => $"{Root}/{id}/content";
}
