namespace Gaia.AppHost;

/// <summary>The administrator of a developer's own machine, for those who named none by <c>ADMIN_EMAIL</c>. The password is generated on first start and kept.</summary>
internal static class LocalAdministrator
{
    public const string Email = "admin@gaia.localhost";

    /// <returns>The password; null when the administrator is one that the caller named.</returns>
    public static IResourceBuilder<ParameterResource>? AddAdministrator(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> auth)
    {
        if (builder.Configuration["ADMIN_EMAIL"] is { Length: > 0 })
        {
            return null;
        }

        var password = builder.AddParameter("admin-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true)
            .WithDescription($"The password of {Email}, the first administrator. Generated on first start.");
        auth.WithEnvironment("ADMIN_EMAIL", Email).WithEnvironment("ADMIN_PASSWORD", password);
        return password;
    }
}
