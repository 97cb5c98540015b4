using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform.Http;

/// <summary>
/// Maps handlers that answer an <see cref="IResult"/>, each with the permission it needs. The framework's own MapGet
/// takes such a method for a plain RequestDelegate and throws its result away; these do not. What changes something is
/// a command, unless it says why it is <see cref="RequestHeaders.Unkeyed">none</see>.
/// </summary>
public static class Routes
{
    /// <summary>GET.</summary>
    public static RouteHandlerBuilder Get(
        this IEndpointRouteBuilder api,
        string path,
        string permission,
        Func<HttpContext, Task<IResult>> handle
    ) => api.MapGet(path, (Delegate)handle).Needs(permission);

    /// <summary>POST.</summary>
    public static RouteHandlerBuilder Post(
        this IEndpointRouteBuilder api,
        string path,
        string permission,
        Func<HttpContext, Task<IResult>> handle
    ) => api.MapPost(path, (Delegate)handle).Needs(permission).IsCommand(permission);

    /// <summary>PUT.</summary>
    public static RouteHandlerBuilder Put(
        this IEndpointRouteBuilder api,
        string path,
        string permission,
        Func<HttpContext, Task<IResult>> handle
    ) => api.MapPut(path, (Delegate)handle).Needs(permission).IsCommand(permission);

    /// <summary>DELETE.</summary>
    public static RouteHandlerBuilder Delete(
        this IEndpointRouteBuilder api,
        string path,
        string permission,
        Func<HttpContext, Task<IResult>> handle
    ) => api.MapDelete(path, (Delegate)handle).Needs(permission).IsCommand(permission);
}
