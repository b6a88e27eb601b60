namespace Gaia.Gateway.Admission;

internal static class AdmissionRegistration
{
    public static void AddAdmission(this IServiceCollection services)
    {
        services.AddSingleton<DevelopmentKey>();
        services.AddSingleton<PrincipalDirectory>();
    }

    /// <summary>Everything is admitted but the paths that must answer while nothing else does.</summary>
    public static void UseAdmission(this IApplicationBuilder app) =>
        app.UseWhen(context => !IsProbe(context.Request.Path), admitted => admitted.UseMiddleware<AdmissionMiddleware>());

    private static bool IsProbe(PathString path) => path == "/health" || path == "/alive";
}
